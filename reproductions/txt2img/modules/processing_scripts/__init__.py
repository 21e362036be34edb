"""Scripts for the fields of sampler and seed; mirrors ``modules.processing_scripts`` of webui 1.10.1."""
