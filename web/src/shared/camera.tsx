import { type ChangeEvent, useEffect, useRef, useState } from "react";
import { Dialog, Problem } from "./ui.tsx";

interface Props {
  readonly label: string;
  readonly onPicture: (picture: Blob) => void;
  readonly disabled?: boolean;
  readonly className?: string;
}

/** Browsers let a page see the camera over HTTPS, or on the machine itself, only; elsewhere the phone's own app takes the picture. */
function hasCamera(): boolean {
  return window.isSecureContext && "mediaDevices" in navigator;
}

/** Takes a picture inside of the page, where it goes no further: camera apps of phones keep what they take. */
export function CameraButton({ label, onPicture, disabled = false, className = "" }: Props) {
  const [open, setOpen] = useState(false);
  if (!hasCamera()) {
    const choose = (event: ChangeEvent<HTMLInputElement>) => {
      const file = event.target.files?.[0];
      event.target.value = "";
      if (file) onPicture(file);
    };
    return (
      <label className={`button file ${className}`}>
        {label}
        <input
          className="visually-hidden"
          type="file"
          accept="image/*"
          capture="user"
          disabled={disabled}
          onChange={choose}
        />
      </label>
    );
  }
  return (
    <>
      <button type="button" className={className} disabled={disabled} onClick={() => setOpen(true)}>
        {label}
      </button>
      {open && (
        <Camera
          onClose={() => setOpen(false)}
          onPicture={(picture) => {
            setOpen(false);
            onPicture(picture);
          }}
        />
      )}
    </>
  );
}

/** Enough for a face that fills a part of the picture. */
const wanted = { facingMode: "user", width: { ideal: 1280 }, height: { ideal: 960 } } as const;

interface CameraProps {
  readonly onPicture: (picture: Blob) => void;
  readonly onClose: () => void;
}

function Camera({ onPicture, onClose }: CameraProps) {
  const video = useRef<HTMLVideoElement>(null);
  const [ready, setReady] = useState(false);
  const [taken, setTaken] = useState(false);
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    let stream: MediaStream | undefined;
    let gone = false;
    const stop = () => {
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
    navigator.mediaDevices.getUserMedia({ video: wanted, audio: false }).then(
      (opened) => {
        stream = opened;
        if (gone) stop();
        else if (video.current) video.current.srcObject = opened;
      },
      (failure: unknown) => setError(reasonOf(failure)),
    );
    return () => {
      gone = true;
      stop();
    };
  }, []);
  const take = () => {
    const { current } = video;
    if (!current) return;
    // The picture takes a moment to make: a second tap would send another.
    setTaken(true);
    const canvas = document.createElement("canvas");
    canvas.width = current.videoWidth;
    canvas.height = current.videoHeight;
    canvas.getContext("2d")?.drawImage(current, 0, 0);
    canvas.toBlob((picture) => (picture ? onPicture(picture) : setTaken(false)), "image/jpeg", 0.92);
  };
  return (
    <Dialog title="Look into the camera" onClose={onClose}>
      <div className="stack">
        {error === undefined ? (
          <>
            <video ref={video} className="camera" autoPlay playsInline muted onLoadedData={() => setReady(true)} />
            <button type="button" className="primary" disabled={!ready || taken} onClick={take}>
              {ready ? "Take the picture" : "Starting the camera …"}
            </button>
          </>
        ) : (
          <>
            <Problem error={error} />
            <button type="button" onClick={onClose}>
              Choose a picture instead
            </button>
          </>
        )}
      </div>
    </Dialog>
  );
}

function reasonOf(failure: unknown): Error {
  const name = failure instanceof DOMException ? failure.name : "";
  if (name === "NotAllowedError") {
    return new Error(
      "The camera is not allowed for this page. Allow it in your browser's settings for this page, or choose a picture.",
    );
  }
  if (name === "NotFoundError") return new Error("There is no camera on this device. Choose a picture of you.");
  return new Error("The camera did not start. Another program may be using it. Close that, or choose a picture.");
}
