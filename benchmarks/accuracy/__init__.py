"""How true the call graph is: public suites, the upstream call chains, and the project's own language cases."""
