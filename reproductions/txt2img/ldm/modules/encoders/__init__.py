"""Encoders of conditions."""
