"""The command line ``tsdb`` of operators and pipelines, whose ``--help`` lists its commands; thin wiring."""
