"""A private S3 server for tests, on a free loopback port, in the memory of this process.

Prints its URL (`http://127.0.0.1:PORT`) as the only line of output once it accepts connections, and
serves until standard input ends: whoever holds the other end owns it, and the kernel closes a pipe
whatever its owner dies of. It takes any credentials.

Exit status 69 (EX_UNAVAILABLE of sysexits.h): the package `moto[server]` is not installed.
"""

import os
import sys

try:
    from moto.server import ThreadedMotoServer
except ImportError:
    sys.exit(69)

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
print(f"http://{host}:{port}", flush=True)
sys.stdin.read()
os._exit(0)
