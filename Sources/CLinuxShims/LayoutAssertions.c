// The Swift modules lay kernel structs out by hand, byte by byte. These assertions hold those layouts to the headers.
#include "CLinuxShims.h"

#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/rtnetlink.h>

#define SIZE(type, bytes) _Static_assert(sizeof(struct type) == (bytes), "size of struct " #type)
#define FIELD(type, field, offset, bytes)                                                        \
    _Static_assert(offsetof(struct type, field) == (offset), "offset of " #type "." #field);     \
    _Static_assert(sizeof(((struct type *)0)->field) == (bytes), "size of " #type "." #field)

// netlink.h: every message.
SIZE(nlmsghdr, 16);
FIELD(nlmsghdr, nlmsg_len, 0, 4);
FIELD(nlmsghdr, nlmsg_type, 4, 2);
FIELD(nlmsghdr, nlmsg_flags, 6, 2);
FIELD(nlmsghdr, nlmsg_seq, 8, 4);
FIELD(nlmsghdr, nlmsg_pid, 12, 4);
SIZE(nlmsgerr, 20);
FIELD(nlmsgerr, error, 0, 4);
FIELD(nlmsgerr, msg, 4, 16);
SIZE(nlattr, 4);
FIELD(nlattr, nla_len, 0, 2);
FIELD(nlattr, nla_type, 2, 2);
SIZE(sockaddr_nl, 12);
FIELD(sockaddr_nl, nl_family, 0, 2);
FIELD(sockaddr_nl, nl_pid, 4, 4);
FIELD(sockaddr_nl, nl_groups, 8, 4);

// rtnetlink.h, if_link.h: links.
SIZE(ifinfomsg, 16);
FIELD(ifinfomsg, ifi_family, 0, 1);
FIELD(ifinfomsg, ifi_type, 2, 2);
FIELD(ifinfomsg, ifi_index, 4, 4);
FIELD(ifinfomsg, ifi_flags, 8, 4);
FIELD(ifinfomsg, ifi_change, 12, 4);
_Static_assert(IFLA_NET_NS_FD == 28 && IFLA_PROTINFO == 12 && IFLA_ALT_IFNAME == 53, "link attributes");
_Static_assert(IFLA_BRPORT_MODE == 4 && IFLA_BRPORT_ISOLATED == 33, "bridge port attributes");

// if_addr.h: addresses.
SIZE(ifaddrmsg, 8);
FIELD(ifaddrmsg, ifa_family, 0, 1);
FIELD(ifaddrmsg, ifa_prefixlen, 1, 1);
FIELD(ifaddrmsg, ifa_flags, 2, 1);
FIELD(ifaddrmsg, ifa_scope, 3, 1);
FIELD(ifaddrmsg, ifa_index, 4, 4);
SIZE(ifa_cacheinfo, 16);

// rtnetlink.h: routes.
SIZE(rtmsg, 12);
FIELD(rtmsg, rtm_family, 0, 1);
FIELD(rtmsg, rtm_dst_len, 1, 1);
FIELD(rtmsg, rtm_src_len, 2, 1);
FIELD(rtmsg, rtm_tos, 3, 1);
FIELD(rtmsg, rtm_table, 4, 1);
FIELD(rtmsg, rtm_protocol, 5, 1);
FIELD(rtmsg, rtm_scope, 6, 1);
FIELD(rtmsg, rtm_type, 7, 1);
FIELD(rtmsg, rtm_flags, 8, 4);
SIZE(rtnexthop, 8);

// neighbour.h: neighbours and forwarding entries.
SIZE(ndmsg, 12);
FIELD(ndmsg, ndm_family, 0, 1);
FIELD(ndmsg, ndm_ifindex, 4, 4);
FIELD(ndmsg, ndm_state, 8, 2);
FIELD(ndmsg, ndm_flags, 10, 1);
FIELD(ndmsg, ndm_type, 11, 1);

// nfnetlink.h: nf_tables and conntrack.
SIZE(nfgenmsg, 4);
FIELD(nfgenmsg, nfgen_family, 0, 1);
FIELD(nfgenmsg, version, 1, 1);
FIELD(nfgenmsg, res_id, 2, 2);
