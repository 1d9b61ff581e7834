// A classic script on purpose: it blocks the first paint. Key and values: src/session/preferences.ts.
try {
  const { theme } = JSON.parse(localStorage.getItem("wasmerang.preferences") ?? "{}");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is blocked or holds something else: the theme of the system it is.
}
