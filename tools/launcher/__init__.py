"""Starts a working clone from nothing: virtual environment, PostgreSQL, Valkey, web, worker, beat.

Standard library only, because it runs before anything is installed. One module per question:

``layout``    where things lie, which values the processes get
``console``   what the developer reads, and the wish to stop
``process``   one child process: start, stop, never outlive us (``guard`` sees to the last)
``identity``  which account PostgreSQL runs under (it refuses root)
``postgres``, ``valkey``  the two servers out of wheels
``services``  both servers together, and the file through which other terminals find them
``install``   the virtual environment
``run``, ``check``, ``cli``  the commands behind the Makefile
"""
