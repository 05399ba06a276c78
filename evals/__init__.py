"""MEASURE: suites over demands and public benchmarks, one report format."""
