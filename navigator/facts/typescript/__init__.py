"""The front end for TypeScript and JavaScript, JSX included, over three grammars with one set of node names."""
