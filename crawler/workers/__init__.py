"""Who reads pages: this process, others on this machine, or a cluster, behind `concurrent.futures.Executor`."""
