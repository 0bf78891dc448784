/** A value as OTLP writes it in JSON. */
export interface OtlpValue {
  stringValue?: string;
  boolValue?: boolean;
  intValue?: number | string;
  doubleValue?: number;
}

export type OtlpAttributes = { key: string; value: OtlpValue }[];
export type Values = Record<string, string | boolean | number>;

export function valuesOf(attributes: OtlpAttributes): Values {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, valueOf(value)]));
}

export function valueOf({ stringValue, boolValue, intValue, doubleValue }: OtlpValue): string | boolean | number {
  return stringValue ?? boolValue ?? Number(intValue ?? doubleValue);
}
