import { useEffect, useState } from "react";

/** Results that a run is about to replace are not called stale at once. */
const PATIENCE_MS = 300;

/** Whether `is` holds for a while now. */
export function useLasting(is: boolean): boolean {
  const [lasts, setLasts] = useState(false);
  useEffect(() => {
    if (!is) return;
    const timer = setTimeout(() => setLasts(true), PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      setLasts(false);
    };
  }, [is]);
  return is && lasts;
}
