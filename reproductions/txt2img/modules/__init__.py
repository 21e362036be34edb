"""The side of stable-diffusion-webui: queue, request, prompt, sampler, picture; mirrors its ``modules``, v1.10.1."""
