import { Component, type ReactNode } from 'react';
import { Faults } from './states.tsx';

type BoundaryProps = { readonly children: ReactNode };

/** Shows what went wrong where a page cannot be shown, or its part cannot be loaded, after an update perhaps; trying again loads everything anew. */
export class Boundary extends Component<BoundaryProps, { readonly error: unknown }> {
  override state = { error: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (!this.state.error) return this.props.children;
    return (
      <div className="page">
        <Faults error={this.state.error} onRetry={() => window.location.reload()} />
      </div>
    );
  }
}
