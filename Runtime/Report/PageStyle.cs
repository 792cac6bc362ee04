namespace CompileTime.Reports;

/// <summary>How the page looks. Nothing in it that XML would have to escape.</summary>
internal static class PageStyle
{
    public const string Text =
        """

        :root { --ink: #1d2329; --quiet: #68727d; --line: #e1e5e9; --paper: #ffffff; --card: #f7f8fa;
          --blue: #3b73b9; --band: #dbe7f5; --alarm: #c8401f; --warm: #fdf1ec; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e3e7eb; --quiet: #95a0ab; --line: #30373e; --paper: #14181c; --card: #1b2025;
            --blue: #6ea3e0; --band: #22344a; --alarm: #f0764f; --warm: #2e1f1a; }
        }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif;
          font-variant-numeric: tabular-nums; }
        main { max-width: 1100px; margin: 0 auto; padding: 32px 24px 64px; }
        h1 { font-size: 26px; font-weight: 650; margin: 0; }
        h2 { font-size: 18px; font-weight: 600; margin: 40px 0 8px; }
        h3 { font-size: 15px; font-weight: 600; margin: 0 0 8px; }
        h3 .quiet { font-weight: 400; white-space: pre; }
        p { margin: 4px 0; }
        a { color: inherit; text-decoration-color: var(--quiet); text-underline-offset: 3px; }
        .quiet, footer { color: var(--quiet); font-size: 13px; }
        footer { margin-top: 40px; border-top: 1px solid var(--line); padding-top: 12px; max-width: 76ch; }
        .verdict { margin: 20px 0; padding: 14px 18px; border-left: 4px solid var(--blue); background: var(--card); border-radius: 4px; }
        .verdict.loud { border-color: var(--alarm); background: var(--warm); }
        .sentence { font-size: 18px; font-weight: 600; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; font-size: 14px; }
        th { text-align: left; font-weight: 500; }
        tr:first-child th { color: var(--quiet); font-weight: 400; font-size: 13px; }
        th, td { padding: 4px 20px 4px 0; border-bottom: 1px solid var(--line); white-space: nowrap; }
        .number, .stages tr:first-child th,
        .layers tr:first-child th:nth-child(4), .layers tr:first-child th:nth-child(n+6) { text-align: right; }
        .stages th:first-child { text-align: left; color: var(--quiet); font-weight: 400; }
        td.number:last-child, th:last-child { padding-right: 0; }
        .stages td:last-child { font-weight: 600; }
        .layers { width: 100%; }
        .meter { display: inline-block; width: 140px; height: 8px; margin-right: 10px; background: var(--line);
          border-radius: 4px; overflow: hidden; }
        .meter span { display: block; height: 100%; background: var(--blue); }
        .loud .meter span { background: var(--alarm); }
        .layers .loud th, .layers .loud .bar { color: var(--alarm); font-weight: 600; }
        article { margin: 12px 0; padding: 14px 18px; background: var(--card); border-radius: 6px; border-left: 4px solid transparent; }
        article.worst { border-color: var(--alarm); }
        article:target { outline: 2px solid var(--blue); }
        dl { display: flex; flex-wrap: wrap; gap: 4px 26px; margin: 0 0 10px; }
        dt { color: var(--quiet); font-size: 12px; }
        dd { margin: 0; }
        .pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 12px 24px; }
        figure { margin: 0; }
        figcaption { color: var(--quiet); font-size: 12px; }
        svg { display: block; width: 100%; height: auto; overflow: visible; }
        svg text { fill: var(--quiet); font-size: 11px; }
        .axis, .grid { stroke: var(--line); }
        .range { fill: var(--band); }
        .edge, .limit { stroke: var(--blue); }
        .limit { stroke-dasharray: 3 3; }
        .bars { fill: var(--quiet); }
        .range + .bars { fill: var(--blue); }
        .beyond { fill: var(--quiet); }
        .clipped { fill: var(--alarm); }
        .map { height: 136px; }
        .empty { fill: var(--line); opacity: 0.6; }
        .map path { stroke: var(--blue); stroke-width: 1.02; fill: none; }
        .shade1 { opacity: 0.25; } .shade2 { opacity: 0.45; } .shade3 { opacity: 0.65; } .shade4 { opacity: 0.82; }
        .network { margin-top: 8px; }
        .network .through { fill: none; stroke: var(--quiet); stroke-width: 1.5; }
        .network .own { stroke: var(--blue); stroke-width: 8; stroke-linecap: round; }
        .network.many .own { stroke-width: 4; }
        .network text.worst { fill: var(--ink); font-weight: 600; }
        .drop { stroke: var(--quiet); stroke-dasharray: 2 4; }
        .network.loud .worst { stroke: var(--alarm); stroke-width: 12; }
        .network.loud text.worst { stroke: none; fill: var(--alarm); }
        .network.loud .drop { stroke: var(--alarm); }
        .key { display: inline-block; width: 18px; height: 2px; vertical-align: middle; background: var(--quiet); }
        .key.own { width: 8px; height: 8px; border-radius: 4px; margin-left: 18px; background: var(--blue); }

        """;
}
