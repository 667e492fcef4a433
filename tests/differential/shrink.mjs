// Makes a case small: as long as it differs, members, elements and words are taken away.

/** The value with one thing taken away, in every way, the largest things first. */
function* smaller(value) {
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; ++i) yield value.toSpliced(i, 1);
    for (let i = 0; i < value.length; ++i)
      for (const element of smaller(value[i])) yield value.with(i, element);
  } else if (value !== null && typeof value === 'object') {
    for (const name of Object.keys(value)) {
      const { [name]: _taken, ...rest } = value;
      yield rest;
    }
    for (const [name, member] of Object.entries(value))
      for (const each of smaller(member)) yield { ...value, [name]: each };
  } else if (typeof value === 'string' && value.includes(' ')) {
    const words = value.split(' ');
    for (const count of [8, 4, 2, 1]) {
      for (let i = 0; i + count < words.length; ++i) yield words.toSpliced(i, count).join(' ');
    }
  }
}

/** `stillDiffers` is asked, at most `patience` times, whether a smaller case still does. */
export async function shrink(test, stillDiffers, patience = 300) {
  let smallest = test;
  let left = patience;
  for (let goOn = true; goOn;) {
    goOn = false;
    for (const part of ['before', 'request']) {
      for (const each of smaller(smallest[part])) {
        if (left-- <= 0) return smallest;
        const candidate = { ...smallest, [part]: each };
        if (!(await stillDiffers(candidate))) continue;
        smallest = candidate;
        goOn = true;
        break;
      }
    }
  }
  return smallest;
}
