"""What every page has to keep for everybody: it fits, has labels, an order, and can be read."""

from typing import Any

FINDINGS = """
() => {
  const found = [];
  const describe = (e) => `${e.tagName.toLowerCase()}#${e.id}.${e.className} “${
    (e.textContent || "").trim().slice(0, 40)}”`;
  const isShown = (e) => e.checkVisibility({checkVisibilityCSS: true}) &&
    !e.closest(".hidden, .skip");

  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) {
    const wide = [...document.body.querySelectorAll("*")].filter(
      (e) => isShown(e) && e.getBoundingClientRect().right > width + 1);
    found.push(`wider than the window: ${wide.slice(0, 3).map(describe)}`);
  }

  for (const e of document.querySelectorAll("input, select, textarea")) {
    if (e.type !== "hidden" && !(e.labels && e.labels.length)) found.push(`no label: ${e.name}`);
  }
  for (const e of document.querySelectorAll("button, a[href]")) {
    const name = (e.textContent || "").trim() || [...e.querySelectorAll("img")].map((i) => i.alt);
    if (!String(name)) found.push(`no name: ${describe(e)}`);
  }
  for (const e of document.querySelectorAll("[aria-describedby], [for]")) {
    const id = e.getAttribute("aria-describedby") || e.getAttribute("for");
    if (!document.getElementById(id)) found.push(`points nowhere: ${describe(e)}`);
  }
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  if (new Set(ids).size !== ids.length) found.push("an id stands there twice");

  let before = 0;
  const headings = [...document.querySelectorAll("h1, h2, h3, h4")].filter(
    (e) => !e.closest("details:not([open])"));
  for (const e of headings) {
    const level = Number(e.tagName[1]);
    if (level > before + 1) found.push(`skips a level: ${describe(e)}`);
    before = level;
  }
  if (document.querySelectorAll("h1").length !== 1) found.push("not exactly one h1");

  const parse = (text) => {
    const numbers = (text.match(/[\\d.]+(?:e-?\\d+)?/g) || []).map(Number);
    const [r, g, b, a = 1] = numbers;
    return text.startsWith("color(") ? [r * 255, g * 255, b * 255, a] : [r, g, b, a];
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3]))
    .concat(1);
  const backgroundOf = (e) => {
    const layers = [];
    for (let at = e; at; at = at.parentElement) {
      layers.push(parse(getComputedStyle(at).backgroundColor));
    }
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
  };
  const light = (c) => {
    const [r, g, b] = c.slice(0, 3).map((v) => v / 255).map(
      (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => {
    const [high, low] = [light(a), light(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  for (const e of document.body.querySelectorAll("*")) {
    const hasText = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!hasText || !isShown(e)) continue;
    const style = getComputedStyle(e);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const background = backgroundOf(e);
    const contrast = ratio(over(parse(style.color), background), background);
    if (contrast < (isLarge ? 3 : 4.5)) found.push(`contrast ${contrast.toFixed(2)}: ${describe(e)}`);
  }
  for (const e of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    if (!isShown(e)) continue;
    const around = backgroundOf(e.parentElement);
    const line = over(parse(getComputedStyle(e).borderTopColor), around);
    const isNative = ["checkbox", "radio"].includes(e.type);
    if (!isNative && ratio(line, around) < 3) found.push(`faint border: ${e.name}`);
  }
  return found;
}
"""


def check(page: Any) -> None:
    """Raise with everything that is wrong with the page that is shown."""
    found = page.evaluate(FINDINGS)
    assert not found, f"{page.url}: {found}"
    # Saleor 3.x knows English by country, too.
    assert page.evaluate("() => document.documentElement.lang").split("-")[0] == "en"
    assert not page.evaluate("() => document.scripts.length")
