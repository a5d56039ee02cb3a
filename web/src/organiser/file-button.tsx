import { choosable, picturesOf } from "./dropped-files.ts";

interface Props {
  readonly label: string;
  readonly folder?: boolean;
  readonly primary?: boolean;
  readonly onFiles: (files: readonly File[]) => void;
}

/** Lets photos be chosen, or a whole folder. */
export function FileButton({ label, folder = false, primary = false, onFiles }: Props) {
  return (
    <label className={`button file ${folder ? "with-mouse" : ""} ${primary ? "primary" : ""}`}>
      {label}
      <input
        className="visually-hidden"
        type="file"
        multiple
        {...(folder ? { webkitdirectory: "" } : { accept: choosable })}
        onChange={(event) => {
          onFiles(picturesOf(event.target.files));
          event.target.value = "";
        }}
      />
    </label>
  );
}
