/// How the report looks: one column, light or dark as the reader has it, tables that scroll by themselves
/// where the page is narrow.
enum ReportStyle {
  static let css = """
    :root { --ink: #1d2430; --soft: #566072; --page: #ffffff; --line: #d9dee6; --card: #f4f6f9;
      --link: #0b5cad; --warn: #fff3d6; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e4e8ee; --soft: #a0a9b8; --page: #14171c; --line: #333a45; --card: #1d2229;
        --link: #7db7f0; --warn: #3a2f14; }
      /* The drawings are made for paper; turned over, their colours keep their hue. */
      svg { filter: invert(0.92) hue-rotate(180deg); }
    }
    * { box-sizing: border-box; }
    /* A column that reads well; tables may be wider, to the right edge of the window. */
    body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 54rem; color: var(--ink);
      background: var(--page); font: 1rem/1.55 system-ui, sans-serif; }
    .question { font-style: italic; }
    .formulas { background: var(--card); padding: 0.6rem 0.9rem; border-radius: 0.4rem;
      font-family: "DejaVu Serif", Cambria, serif; overflow-wrap: anywhere; white-space: pre-wrap; }
    .conclusion { border-left: 0.25rem solid var(--link); padding-left: 0.9rem; }
    h1 { font-size: 1.8rem; line-height: 1.2; margin: 0.5rem 0 1rem; }
    h2 { font-size: 1.3rem; margin: 3rem 0 0.5rem; padding-top: 1rem;
      border-top: 1px solid var(--line); }
    a { color: var(--link); }
    nav ol { columns: 18rem; column-gap: 2rem; padding-left: 0; margin: 1rem 0; list-style: none; }
    code { font: 0.88em ui-monospace, monospace; overflow-wrap: anywhere; }
    .origin { color: var(--soft); font-size: 0.9rem; margin: 0.5rem 0 1rem; }
    .missing { background: var(--warn); padding: 0.6rem 0.9rem; border-radius: 0.4rem; }
    /* A shadow at the side where there is more to see. */
    .scroll { overflow-x: auto; margin: 1rem 0; background:
      linear-gradient(to right, var(--page) 2rem, transparent) left / 4rem 100% no-repeat local,
      linear-gradient(to left, var(--page) 2rem, transparent) right / 4rem 100% no-repeat local,
      linear-gradient(to right, #0003, transparent) left / 0.7rem 100% no-repeat scroll,
      linear-gradient(to left, #0003, transparent) right / 0.7rem 100% no-repeat scroll; }
    table { border-collapse: collapse; font-size: 0.92rem; font-variant-numeric: tabular-nums; }
    caption { text-align: left; color: var(--soft); padding-bottom: 0.3rem; white-space: nowrap; }
    th, td { text-align: left; padding: 0.25rem 0 0.25rem 1.1rem; white-space: nowrap; }
    th { border-bottom: 1px solid var(--soft); white-space: normal; vertical-align: bottom; }
    td { border-bottom: 1px solid var(--line); }
    th:first-child, td:first-child { padding-left: 0.2rem; }
    .long { white-space: normal; max-width: 40rem; }
    .number { text-align: right; }
    figure { margin: 1.2rem 0; }
    figcaption { color: var(--soft); margin-bottom: 0.4rem; }
    svg { display: block; width: 100%; height: auto; max-width: 37rem; margin: 0 auto; }
    .panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr));
      gap: 0.5rem; }
    details { margin: 1rem 0; }
    summary { cursor: pointer; color: var(--link); }
    @media (max-width: 30rem) {
      table { font-size: 0.85rem; }
      th, td { padding-left: 0.7rem; }
    }
    @media screen and (min-width: 54rem) {
      .scroll { width: max-content; max-width: calc(50vw + 25rem); }
    }
    image { image-rendering: pixelated; }
    @media print {
      nav { display: none; }
      /* Nobody can unfold paper. */
      details::details-content { content-visibility: visible; display: block; height: auto; }
      body { max-width: none; padding: 0; font-size: 10pt; }
      h2 { break-after: avoid; }
      figure, .conclusion, .formulas, tr { break-inside: avoid; }
      .scroll { overflow: visible; break-inside: avoid; background: none; }
      /* On paper nothing scrolls: every cell is there, broken if need be. */
      table { font-size: 7.5pt; max-width: 100%; }
      th, td, caption { white-space: normal; overflow-wrap: anywhere; padding-left: 0.5rem; }
      svg { max-width: 15cm; }
    }
    """
}
