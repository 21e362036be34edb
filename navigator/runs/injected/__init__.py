"""What runs inside traced programs, in their interpreter: standard library only, and nothing else of this project.

The folder goes to the front of ``PYTHONPATH``, so that every Python process of the program finds ``sitecustomize``
in it, whichever way it is started; forked processes inherit the tracer.
"""
