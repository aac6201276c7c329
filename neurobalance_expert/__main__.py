"""``python -m neurobalance_expert`` is ``neurobalance``."""

from __future__ import annotations

from neurobalance_expert.cli import main

if __name__ == "__main__":
    main()
