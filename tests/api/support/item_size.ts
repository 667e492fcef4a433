// The size of an item as DynamoDB counts it: "Item sizes and formats" in the developer guide.
// Written apart from the server's own count, so that the one checks the other.

export type AttributeValue =
  | { S: string }
  | { N: string }
  | { B: string }
  | { BOOL: boolean }
  | { NULL: true }
  | { L: AttributeValue[] }
  | { M: Item }
  | { SS: string[] }
  | { NS: string[] }
  | { BS: string[] };

export type Item = { [name: string]: AttributeValue };

export function itemSize(item: Item): number {
  return sum(
    Object.entries(item).map(([name, value]) => Buffer.byteLength(name) + valueSize(value)),
  );
}

function valueSize(value: AttributeValue): number {
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('N' in value) return numberSize(value.N);
  if ('B' in value) return blobSize(value.B);
  if ('BOOL' in value || 'NULL' in value) return 1;
  if ('SS' in value) return sum(value.SS.map((member) => Buffer.byteLength(member)));
  if ('NS' in value) return sum(value.NS.map(numberSize));
  if ('BS' in value) return sum(value.BS.map(blobSize));
  // Three bytes for the container and one for each of its elements.
  if ('L' in value) return 3 + sum(value.L.map((element) => 1 + valueSize(element)));
  return 3 + Object.keys(value.M).length + itemSize(value.M);
}

function blobSize(base64: string): number {
  return Buffer.from(base64, 'base64').length;
}

/**
 * One byte, one for every pair of digits from the first that is not 00 to the last (pairs stand as
 * in base 100, either side of the decimal point), one for a minus sign.
 */
function numberSize(text: string): number {
  const [, minus, whole, fraction, exponent] = text.match(
    /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/,
  )!;
  const digits = whole + fraction;
  const first = digits.search(/[1-9]/);
  if (first < 0) return 1;
  const last = digits.length - 1 - [...digits].reverse().findIndex((digit) => digit !== '0');
  // The power of ten of the digit before the point is 0.
  const power = (place: number) => whole.length - 1 - place + Number(exponent ?? 0);
  const pairs = Math.floor(power(first) / 2) - Math.floor(power(last) / 2) + 1;
  return 1 + pairs + (minus === '-' ? 1 : 0);
}

function sum(sizes: number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}
