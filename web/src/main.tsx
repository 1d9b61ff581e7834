import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/scenario.css";
import "./styles/center.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App.tsx";
import { startPlayground } from "./session/playground.ts";

// The worker starts and the wasm is fetched while React renders for the first time.
startPlayground();

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
