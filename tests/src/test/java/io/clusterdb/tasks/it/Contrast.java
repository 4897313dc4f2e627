package io.clusterdb.tasks.it;

/** Finds texts that WCAG AA would call too faint: below 4.5 to 1 on what they stand on. */
final class Contrast {
  static final String SCRIPT =
      """
      (() => {
        const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
        const rgba = color => {
          canvas.clearRect(0, 0, 1, 1);
          canvas.fillStyle = color;
          canvas.fillRect(0, 0, 1, 1);
          return [...canvas.getImageData(0, 0, 1, 1).data];
        };
        const over = (top, below) => {
          const a = top[3] / 255;
          return [0, 1, 2].map(i => top[i] * a + below[i] * (1 - a)).concat(255);
        };
        const ground = node => {
          const layers = [];
          for (let e = node; e; e = e.parentElement) layers.push(rgba(getComputedStyle(e).backgroundColor));
          return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 255]);
        };
        const light = c => c.slice(0, 3).map(v => v / 255)
          .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
          .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
        const faint = [];
        const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
          const e = texts.currentNode.parentElement;
          if (!texts.currentNode.data.trim() || !e.checkVisibility() || e.closest('.unseen, .skip, :disabled, title, script')) continue;
          const style = getComputedStyle(e);
          const below = ground(e);
          const ink = over(rgba(e instanceof SVGElement ? style.fill : style.color), below);
          const [a, b] = [light(ink), light(below)].sort((x, y) => y - x);
          const ratio = (a + 0.05) / (b + 0.05);
          if (ratio < 4.5) faint.push(`${e.className?.baseVal ?? e.className}: ${texts.currentNode.data.slice(0, 30)} ${ratio.toFixed(2)}`);
        }
        return [...new Set(faint)];
      })()
      """;

  private Contrast() {}
}
