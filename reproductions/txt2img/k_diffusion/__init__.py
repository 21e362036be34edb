"""Samplers and noise schedules; mirrors ``k_diffusion`` of crowsonkb/k-diffusion."""
