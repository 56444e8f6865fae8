"""What the suite itself costs, as ratios of what nobody can do without: `python -m benchmarks`.

Each figure has a module, which measures one round of it: two or more things in turn, side by side, so that a ratio
holds on a machine that is slow or shared. docs/benchmarks.md says what each means.
"""
