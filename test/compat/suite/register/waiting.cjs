setInterval(() => undefined, 60_000);
console.log('waiting');
