import Glibc
import PodNetwork

// The CNI plugin: see docs/ARCHITECTURE.md and cni-conf/README.md. All of it is in PodNetwork.
exit(PluginProcess.run())
