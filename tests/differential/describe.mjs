// An answer in one line.

const typeOf = (body) => String(body?.__type ?? '').replace(/^.*#/, '');
export const messageOf = (body) => String(body?.message ?? body?.Message ?? '');

/** "200 {...}" or "400 Type: message". */
export function describe({ status, body }) {
  if (status === 200) return `200 ${JSON.stringify(body)}`;
  return `${status} ${typeOf(body)}: ${messageOf(body)}`;
}
