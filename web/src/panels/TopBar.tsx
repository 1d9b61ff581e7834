/** Name, the module that runs, and what applies to the whole page. */
export function TopBar() {
  return (
    <header className="top">
      <div className="brand">
        <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
          <path
            d="M3.4 4.2c4.6.2 8.9 1.6 12.9 4.6-2.6 1.4-4.6 3.9-5.9 7.6"
            fill="none"
            stroke="currentColor"
            strokeWidth="3"
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        </svg>
        <h1>Wasmerang</h1>
      </div>
    </header>
  );
}
