import { useState } from "react";

interface Props {
  readonly text: string;
  readonly label: string;
  readonly onCopied?: () => void;
}

/** Browsers let pages copy over HTTPS, or from this machine, only; elsewhere there is no button. */
export function CopyButton({ text, label, onCopied }: Props) {
  const [copied, setCopied] = useState(false);
  if (!window.isSecureContext) return null;
  const copy = () =>
    void navigator.clipboard.writeText(text).then(
      () => {
        setCopied(true);
        onCopied?.();
      },
      () => setCopied(false),
    );
  return (
    <button type="button" onClick={copy}>
      {copied ? "Copied" : label}
    </button>
  );
}
