import { Component, type ErrorInfo, type ReactNode } from "react";
import { Failure } from "./RunState.tsx";

interface Props {
  readonly children: ReactNode;
}
interface State {
  readonly message: string | undefined;
}

/** Shows a bug of the panels inside of it in their place, with its stack; the others stay usable. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { message: undefined };

  static getDerivedStateFromError(error: unknown): State {
    return { message: error instanceof Error ? (error.stack ?? String(error)) : String(error) };
  }

  override componentDidCatch(_error: unknown, { componentStack }: ErrorInfo): void {
    this.setState(({ message }) => ({
      message: `${message}\n\nComponents:${componentStack ?? ""}`,
    }));
  }

  override render(): ReactNode {
    const { message } = this.state;
    if (message === undefined) return this.props.children;
    return (
      <>
        <Failure message={message} />
        <button
          type="button"
          className="button retry"
          onClick={() => this.setState({ message: undefined })}
        >
          Show again
        </button>
      </>
    );
  }
}
