// Cards: 16 × 16 indexes of a palette of 16 colours. One canvas pixel is one pixel of the card; CSS enlarges it by whole numbers.

const SIZE = 16;

/** @param grid base64 of 128 bytes: two indexes a byte, the left one in the high half. */
export function indexesOf(grid) {
  const packed = atob(grid);
  return Uint8Array.from({ length: SIZE * SIZE }, (_, i) => (i % 2 === 0 ? packed.charCodeAt(i >> 1) >> 4 : packed.charCodeAt(i >> 1) & 15));
}

/** @param colors 0xAARRGGBB; the first is transparent. */
export function drawCard(grid, colors, label) {
  return draw(grid, (index) => colors[index], { role: 'img', 'aria-label': label });
}

/** The shape of a card that is not there, for CSS to colour. */
export function drawShape(grid) {
  return draw(grid, (index) => (index === 0 ? 0 : 0xff000000), { 'aria-hidden': 'true' });
}

function draw(grid, colorOf, attributes) {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIZE;
  canvas.className = 'pixels';
  for (const [name, value] of Object.entries(attributes)) canvas.setAttribute(name, value);
  const context = canvas.getContext('2d');
  const image = context.createImageData(SIZE, SIZE);
  indexesOf(grid).forEach((index, i) => {
    const color = colorOf(index);
    image.data.set([(color >>> 16) & 255, (color >>> 8) & 255, color & 255, color >>> 24], 4 * i);
  });
  context.putImageData(image, 0, 0);
  return canvas;
}
