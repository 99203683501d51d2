"""Work beside the commands.

What a process does again and again is a `loops.Loop`: `prune`, `sealing`, and what other packages add. What must be
done once after a transaction is a job: `kinds` declares what kinds there are, `queue.enqueue` leaves one in the
transaction, a `runner` in each copy of the service does it, and `dead_jobs` shows what no attempt could do.
"""
