// Runs in the page of a browser: what is wrong with its layout.

/** The elements that reach beyond the right edge. */
function outsideOfPage() {
  const edge = document.documentElement.clientWidth + 0.5;
  return [...document.querySelectorAll('body, body *')].flatMap((element) => {
    const { left, right } = element.getBoundingClientRect();
    const name = `${element.tagName}.${element.className}: ${element.textContent.trim().slice(0, 40)}`;
    return right > edge || left < -1 ? [`${name} (${left} to ${right} of ${edge})`] : [];
  });
}

/** The texts of a picture that reach beyond their boxes, and what of it reaches beyond the picture. */
function outsideOfBoxes() {
  const isIn = (inner, outer) => inner.left >= outer.left - 1 && inner.right <= outer.right + 1;
  const outside = (selector, within) =>
    [...document.querySelectorAll(selector)].filter(
      (element) => !isIn(element.getBoundingClientRect(), within(element).getBoundingClientRect()),
    );
  return [
    ...outside('.node text', (text) => text.parentElement.querySelector('rect')),
    ...outside('.node rect, .edge', (element) => element.closest('svg')),
  ].map((element) => element.textContent.trim());
}

/** Short words, between spaces, that take more than one line. */
function brokenWords() {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const broken = [];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const isUnseen = node.parentElement?.closest('thead, .unseen')?.clientWidth === 1;
    for (const { 0: word, index } of (node.nodeValue ?? '').matchAll(/(?<!\S)[A-Za-z]{2,14}(?!\S)/g)) {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
      if (lines.size > 1 && !isUnseen) broken.push(word);
    }
  }
  return broken;
}

/** Texts with a contrast under 4.5 to 1. */
function faintTexts() {
  const channels = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (colour) => {
    const [red = 0, green = 0, blue = 0] = channels(colour).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const groundOf = (element) => {
    if (element === null) return 'rgb(255, 255, 255)';
    const { backgroundColor } = getComputedStyle(element);
    return channels(backgroundColor)[3] === 0 ? groundOf(element.parentElement) : backgroundColor;
  };
  return [...document.querySelectorAll('body *')].flatMap((element) => {
    const own = [...element.childNodes].some(
      ({ nodeType, nodeValue }) => nodeType === 3 && nodeValue?.trim(),
    );
    if (!own) return [];
    const [light = 0, dark = 0] = [
      luminance(getComputedStyle(element).color),
      luminance(groundOf(element)),
    ].sort((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    return contrast < 4.5 ? [`${element.textContent.trim().slice(0, 40)}: ${contrast.toFixed(1)}`] : [];
  });
}

/** The title of its column that is shown before a value; `none` where the column has its title above. */
function titleBefore(cell) {
  return getComputedStyle(cell, '::before').content;
}

function openDetails() {
  for (const each of document.querySelectorAll('details')) each.open = true;
}
