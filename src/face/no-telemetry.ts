// Imported before ONNX Runtime, which from 1.29 on writes an identifier of the machine to the disk and reports its use to its
// makers, unless this is set before it starts.
process.env.ORT_DISABLE_TELEMETRY = "1";
