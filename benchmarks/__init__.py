"""Speed, measured: `python -m benchmarks NAME --json`. Each bench is a module with `run(options) -> figures`."""
