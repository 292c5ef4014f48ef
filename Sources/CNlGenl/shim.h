// libc's socket headers first, see CMnl/shim.h.
#include <sys/socket.h>
#include <netinet/in.h>
#include <net/if.h>
#include <linux/ip_vs.h>
#include <netlink/attr.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
