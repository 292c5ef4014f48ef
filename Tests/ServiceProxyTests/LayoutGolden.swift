/// The golden scripts of `LayoutGoldenTests`, each loaded by nft 1.0.6 when it was written down.
enum LayoutGolden {
    static let ipv4 = #"""
        add table ip weft { comment "weft services, layout 1"; }
        add map ip weft services { type ipv4_addr . inet_proto . inet_service : classid; }
        add map ip weft nodeports { type inet_proto . inet_service : classid; }
        add map ip weft classes { type classid : verdict; }
        add map ip weft group { type ipv4_addr . inet_proto . inet_service : classid; }
        add map ip weft nodeport-group { type inet_proto . inet_service : classid; }
        add map ip weft endpoints { type classid : ipv4_addr . inet_service; }
        add map ip weft inside-group { type classid : classid; }
        add map ip weft inside-class { type classid : classid; }
        add map ip weft inside-classes { type classid : verdict; }
        add set ip weft hairpin { type ipv4_addr . ipv4_addr; }
        add set ip weft cluster-ips { type ipv4_addr; }
        add set ip weft no-endpoints { type ipv4_addr . inet_proto . inet_service; }
        add set ip weft no-endpoint-nodeports { type inet_proto . inet_service; }
        add set ip weft nodeport-addresses { type ipv4_addr; }
        add set ip weft restricted { type ipv4_addr . inet_proto . inet_service; }
        add set ip weft source-ranges { type ipv4_addr . inet_proto . inet_service . ipv4_addr; flags interval; }
        add map ip weft affinity { type ipv4_addr . classid : mark; size 1048576; flags dynamic,timeout; }
        add map ip weft affinity-alive { type mark . classid : classid; }
        add map ip weft slot0 { type classid : ipv4_addr . inet_service; }
        add map ip weft slot1 { type classid : ipv4_addr . inet_service; }
        add map ip weft affinity-slot0 { type classid : mark; }
        add map ip weft affinity-slot1 { type classid : mark; }
        add chain ip weft prerouting { type nat hook prerouting priority -100; policy accept; }
        add chain ip weft output { type nat hook output priority -100; policy accept; }
        add chain ip weft postrouting { type nat hook postrouting priority 100; policy accept; }
        add chain ip weft filter-input { type filter hook input priority 110; policy accept; }
        add chain ip weft filter-forward { type filter hook forward priority 0; policy accept; }
        add chain ip weft filter-output { type filter hook output priority 0; policy accept; }
        add chain ip weft services
        add chain ip weft unserved
        add chain ip weft s0
        add chain ip weft n1
        add chain ip weft masq-outside-n1
        add chain ip weft s1
        add chain ip weft n2
        add chain ip weft masq-outside-n2
        add chain ip weft inside
        add chain ip weft external-local-n1
        add chain ip weft inside-s0
        add chain ip weft inside-s1
        add chain ip weft inside-n2
        add chain ip weft masq-outside-inside-n2
        add chain ip weft find-group
        add chain ip weft affinity-10s-refresh
        add chain ip weft affinity-10s-s0
        add chain ip weft affinity-10s-s1
        add chain ip weft affinity-10s-new-n2
        add chain ip weft affinity-10s-held-n2
        add chain ip weft affinity-10s-pick-n2
        add chain ip weft masq-outside-affinity-10s-n2
        add chain ip weft masq-n2
        add rule ip weft prerouting jump services
        add rule ip weft output jump services
        add rule ip weft postrouting ct status dnat meta priority set none
        add rule ip weft postrouting meta mark & 0x00004000 == 0x00004000 meta mark set meta mark & 0xffffbfff masquerade fully-random
        add rule ip weft postrouting ct status dnat ip saddr . ip daddr @hairpin masquerade fully-random comment "a pod that reaches itself"
        add rule ip weft filter-input ct state new jump unserved
        add rule ip weft filter-input ct state new fib daddr type local ip daddr != 127.0.0.0/8 meta l4proto . th dport @no-endpoint-nodeports reject with icmp 3
        add rule ip weft filter-forward ct state new jump unserved
        add rule ip weft filter-output ct state new jump unserved
        add rule ip weft services ip daddr . meta l4proto . th dport @restricted ip daddr . meta l4proto . th dport . ip saddr != @source-ranges drop comment "loadBalancerSourceRanges"
        add rule ip weft services meta priority set ip daddr . meta l4proto . th dport map @services meta priority vmap @classes
        add rule ip weft services fib daddr type local ip daddr != 127.0.0.0/8 meta priority set meta l4proto . th dport map @nodeports meta priority vmap @classes
        add rule ip weft unserved ip daddr . meta l4proto . th dport @no-endpoints reject with icmp 3
        add rule ip weft unserved ip daddr @cluster-ips reject with icmp 3 comment "a port that the Service does not have"
        add rule ip weft s0 meta priority set ip daddr . meta l4proto . th dport map @group meta l4proto { tcp, udp, sctp } dnat ip to meta priority map @slot0
        add rule ip weft s0 meta priority set meta l4proto . th dport map @nodeport-group meta l4proto { tcp, udp, sctp } dnat ip to meta priority map @slot0
        add rule ip weft n1 goto s0
        add rule ip weft masq-outside-n1 ip saddr != 10.244.0.0/16 meta mark set meta mark | 0x00004000
        add rule ip weft masq-outside-n1 goto n1
        add rule ip weft s1 meta priority set ip daddr . meta l4proto . th dport map @group meta l4proto { tcp, udp, sctp } dnat ip to meta priority map @slot1
        add rule ip weft s1 meta priority set meta l4proto . th dport map @nodeport-group meta l4proto { tcp, udp, sctp } dnat ip to meta priority map @slot1
        add rule ip weft s1 goto s0
        add rule ip weft n2 numgen random mod 2 vmap { 0 : goto s0, 1 : goto s1 }
        add rule ip weft masq-outside-n2 ip saddr != 10.244.0.0/16 meta mark set meta mark | 0x00004000
        add rule ip weft masq-outside-n2 goto n2
        add rule ip weft inside meta priority set ip daddr . meta l4proto . th dport map @group meta priority set meta priority map @inside-class meta priority vmap @inside-classes
        add rule ip weft inside meta priority set meta l4proto . th dport map @nodeport-group meta priority set meta priority map @inside-class meta priority vmap @inside-classes
        add rule ip weft external-local-n1 ip saddr 10.244.0.0/16 goto inside
        add rule ip weft external-local-n1 fib saddr type local goto inside
        add rule ip weft external-local-n1 goto n1
        add rule ip weft inside-s0 meta priority set ip daddr . meta l4proto . th dport map @group meta priority set meta priority map @inside-group meta l4proto { tcp, udp, sctp } dnat ip to meta priority map @slot0
        add rule ip weft inside-s0 meta priority set meta l4proto . th dport map @nodeport-group meta priority set meta priority map @inside-group meta l4proto { tcp, udp, sctp } dnat ip to meta priority map @slot0
        add rule ip weft inside-s1 meta priority set ip daddr . meta l4proto . th dport map @group meta priority set meta priority map @inside-group meta l4proto { tcp, udp, sctp } dnat ip to meta priority map @slot1
        add rule ip weft inside-s1 meta priority set meta l4proto . th dport map @nodeport-group meta priority set meta priority map @inside-group meta l4proto { tcp, udp, sctp } dnat ip to meta priority map @slot1
        add rule ip weft inside-s1 goto inside-s0
        add rule ip weft inside-n2 numgen random mod 2 vmap { 0 : goto inside-s0, 1 : goto inside-s1 }
        add rule ip weft masq-outside-inside-n2 ip saddr != 10.244.0.0/16 meta mark set meta mark | 0x00004000
        add rule ip weft masq-outside-inside-n2 goto inside-n2
        add rule ip weft find-group meta priority set ip daddr . meta l4proto . th dport map @group return
        add rule ip weft find-group meta priority set meta l4proto . th dport map @nodeport-group
        add rule ip weft affinity-10s-refresh jump find-group
        add rule ip weft affinity-10s-refresh update @affinity { ip saddr . meta priority timeout 10s : meta mark }
        add rule ip weft affinity-10s-s0 meta mark set meta priority map @affinity-slot0 update @affinity { ip saddr . meta priority timeout 10s : meta mark }
        add rule ip weft affinity-10s-s1 meta mark set meta priority map @affinity-slot1 update @affinity { ip saddr . meta priority timeout 10s : meta mark }
        add rule ip weft affinity-10s-new-n2 delete @affinity { ip saddr . meta priority : meta mark }
        add rule ip weft affinity-10s-new-n2 numgen random mod 2 vmap { 0 : goto affinity-10s-s0, 1 : goto affinity-10s-s1 }
        add rule ip weft affinity-10s-held-n2 meta priority set meta mark . meta priority map @affinity-alive goto affinity-10s-refresh
        add rule ip weft affinity-10s-held-n2 goto affinity-10s-new-n2
        add rule ip weft affinity-10s-pick-n2 jump find-group
        add rule ip weft affinity-10s-pick-n2 meta mark set ip saddr . meta priority map @affinity goto affinity-10s-held-n2
        add rule ip weft affinity-10s-pick-n2 goto affinity-10s-new-n2
        add rule ip weft masq-outside-affinity-10s-n2 jump affinity-10s-pick-n2
        add rule ip weft masq-outside-affinity-10s-n2 ip saddr 10.244.0.0/16 meta priority set meta mark . meta priority map @affinity-alive meta mark set 0x00000000 meta l4proto { tcp, udp, sctp } dnat ip to meta priority map @endpoints
        add rule ip weft masq-outside-affinity-10s-n2 meta priority set meta mark . meta priority map @affinity-alive meta mark set 0x00004000 meta l4proto { tcp, udp, sctp } dnat ip to meta priority map @endpoints
        add rule ip weft masq-outside-affinity-10s-n2 meta mark set 0x00000000 goto masq-outside-n2
        add rule ip weft masq-n2 meta mark set meta mark | 0x00004000 goto n2
        add element ip weft services { 10.96.0.10 . udp . 53 comment "default/dns:dns ClusterIP" : 3:1,
        	10.96.0.12 . tcp . 80 comment "default/local:http ClusterIP" : 3:2,
        	203.0.113.9 . tcp . 80 comment "default/local:http LoadBalancer" : 4:1,
        	10.96.0.13 . tcp . 80 comment "default/sticky:http ClusterIP" : 103:1,
        	10.96.0.1 . tcp . 80 comment "default/web:http ClusterIP" : 3:2 }
        add element ip weft nodeports { tcp . 30080 comment "default/web:http NodePort" : 2:2 }
        add element ip weft classes { 3:1 : goto masq-outside-n1,
        	3:2 : goto masq-outside-n2,
        	4:1 : goto external-local-n1,
        	103:1 : goto masq-outside-affinity-10s-n2,
        	2:2 : goto masq-n2 }
        add element ip weft group { 10.96.0.10 . udp . 53 : 0:1,
        	10.96.0.12 . tcp . 80 : 0:2,
        	203.0.113.9 . tcp . 80 : 0:3,
        	10.96.0.13 . tcp . 80 : 0:4,
        	10.96.0.1 . tcp . 80 : 0:5 }
        add element ip weft nodeport-group { tcp . 30080 : 0:5 }
        add element ip weft endpoints { 4000:0 : 10.244.0.2 . 8080,
        	4000:1 : 10.244.0.3 . 8080 }
        add element ip weft inside-group { 0:3 comment "default/local:http" : 0:2 }
        add element ip weft inside-class { 0:3 comment "default/local:http" : 3:2 }
        add element ip weft inside-classes { 3:2 : goto masq-outside-inside-n2 }
        add element ip weft hairpin { 10.244.0.2 . 10.244.0.2 }
        add element ip weft cluster-ips { 10.96.0.10,
        	10.96.0.11,
        	10.96.0.12,
        	10.96.0.13,
        	10.96.0.1 }
        add element ip weft no-endpoints { 10.96.0.11 . tcp . 80 comment "default/empty ClusterIP" }
        add element ip weft restricted { 203.0.113.9 . tcp . 80 comment "default/local:http LoadBalancer" }
        add element ip weft source-ranges { 203.0.113.9 . tcp . 80 . 192.0.2.0/30 comment "default/local:http LoadBalancer" }
        add element ip weft affinity-alive { 0x40000000 . 0:4 : 4000:0,
        	0x40000001 . 0:4 : 4000:1 }
        add element ip weft slot0 { 0:1 : 10.244.0.4 . 5353,
        	0:2 : 10.244.0.2 . 8080,
        	0:3 : 10.244.0.2 . 8080,
        	0:4 : 10.244.0.2 . 8080,
        	0:5 : 10.244.0.2 . 8080 }
        add element ip weft slot1 { 0:2 : 10.244.0.3 . 8080,
        	0:4 : 10.244.0.3 . 8080,
        	0:5 : 10.244.0.3 . 8080 }
        add element ip weft affinity-slot0 { 0:4 : 0x40000000 }
        add element ip weft affinity-slot1 { 0:4 : 0x40000001 }
        """#

    static let ipv6 = #"""
        add table ip6 weft { comment "weft services, layout 1"; }
        add map ip6 weft services { type ipv6_addr . inet_proto . inet_service : classid; }
        add map ip6 weft nodeports { type inet_proto . inet_service : classid; }
        add map ip6 weft classes { type classid : verdict; }
        add map ip6 weft group { type ipv6_addr . inet_proto . inet_service : classid; }
        add map ip6 weft nodeport-group { type inet_proto . inet_service : classid; }
        add map ip6 weft endpoints { type classid : ipv6_addr . inet_service; }
        add map ip6 weft inside-group { type classid : classid; }
        add map ip6 weft inside-class { type classid : classid; }
        add map ip6 weft inside-classes { type classid : verdict; }
        add set ip6 weft hairpin { type ipv6_addr . ipv6_addr; }
        add set ip6 weft cluster-ips { type ipv6_addr; }
        add set ip6 weft no-endpoints { type ipv6_addr . inet_proto . inet_service; }
        add set ip6 weft no-endpoint-nodeports { type inet_proto . inet_service; }
        add set ip6 weft nodeport-addresses { type ipv6_addr; }
        add set ip6 weft restricted { type ipv6_addr . inet_proto . inet_service; }
        add set ip6 weft source-ranges { type ipv6_addr . inet_proto . inet_service . ipv6_addr; flags interval; }
        add map ip6 weft affinity { type mark . classid : mark; size 1048576; flags dynamic,timeout; }
        add map ip6 weft affinity-alive { type mark . classid : classid; }
        add map ip6 weft slot0 { type classid : ipv6_addr . inet_service; }
        add map ip6 weft slot1 { type classid : ipv6_addr . inet_service; }
        add map ip6 weft affinity-slot0 { type classid : mark; }
        add map ip6 weft affinity-slot1 { type classid : mark; }
        add chain ip6 weft prerouting { type nat hook prerouting priority -100; policy accept; }
        add chain ip6 weft output { type nat hook output priority -100; policy accept; }
        add chain ip6 weft postrouting { type nat hook postrouting priority 100; policy accept; }
        add chain ip6 weft filter-input { type filter hook input priority 110; policy accept; }
        add chain ip6 weft filter-forward { type filter hook forward priority 0; policy accept; }
        add chain ip6 weft filter-output { type filter hook output priority 0; policy accept; }
        add chain ip6 weft services
        add chain ip6 weft unserved
        add chain ip6 weft s0
        add chain ip6 weft n1
        add chain ip6 weft masq-outside-n1
        add chain ip6 weft s1
        add chain ip6 weft n2
        add chain ip6 weft masq-outside-n2
        add chain ip6 weft inside
        add chain ip6 weft external-local-n1
        add chain ip6 weft inside-s0
        add chain ip6 weft inside-s1
        add chain ip6 weft inside-n2
        add chain ip6 weft masq-outside-inside-n2
        add chain ip6 weft find-group
        add chain ip6 weft affinity-10s-refresh
        add chain ip6 weft affinity-10s-s0
        add chain ip6 weft affinity-10s-s1
        add chain ip6 weft affinity-10s-new-n2
        add chain ip6 weft affinity-10s-held-n2
        add chain ip6 weft affinity-10s-pick-n2
        add chain ip6 weft masq-outside-affinity-10s-n2
        add chain ip6 weft masq-n2
        add rule ip6 weft prerouting jump services
        add rule ip6 weft output jump services
        add rule ip6 weft postrouting ct status dnat meta priority set none
        add rule ip6 weft postrouting meta mark & 0x00004000 == 0x00004000 meta mark set meta mark & 0xffffbfff masquerade fully-random
        add rule ip6 weft postrouting ct status dnat ip6 saddr . ip6 daddr @hairpin masquerade fully-random comment "a pod that reaches itself"
        add rule ip6 weft filter-input ct state new jump unserved
        add rule ip6 weft filter-input ct state new fib daddr type local ip6 daddr != ::1 meta l4proto . th dport @no-endpoint-nodeports reject with icmpv6 4
        add rule ip6 weft filter-forward ct state new jump unserved
        add rule ip6 weft filter-output ct state new jump unserved
        add rule ip6 weft services ip6 daddr . meta l4proto . th dport @restricted ip6 daddr . meta l4proto . th dport . ip6 saddr != @source-ranges drop comment "loadBalancerSourceRanges"
        add rule ip6 weft services meta priority set ip6 daddr . meta l4proto . th dport map @services meta priority vmap @classes
        add rule ip6 weft services fib daddr type local ip6 daddr != ::1 meta priority set meta l4proto . th dport map @nodeports meta priority vmap @classes
        add rule ip6 weft unserved ip6 daddr . meta l4proto . th dport @no-endpoints reject with icmpv6 4
        add rule ip6 weft unserved ip6 daddr @cluster-ips reject with icmpv6 4 comment "a port that the Service does not have"
        add rule ip6 weft s0 meta priority set ip6 daddr . meta l4proto . th dport map @group meta l4proto { tcp, udp, sctp } dnat ip6 to meta priority map @slot0
        add rule ip6 weft s0 meta priority set meta l4proto . th dport map @nodeport-group meta l4proto { tcp, udp, sctp } dnat ip6 to meta priority map @slot0
        add rule ip6 weft n1 goto s0
        add rule ip6 weft masq-outside-n1 ip6 saddr != fd44::/48 meta mark set meta mark | 0x00004000
        add rule ip6 weft masq-outside-n1 goto n1
        add rule ip6 weft s1 meta priority set ip6 daddr . meta l4proto . th dport map @group meta l4proto { tcp, udp, sctp } dnat ip6 to meta priority map @slot1
        add rule ip6 weft s1 meta priority set meta l4proto . th dport map @nodeport-group meta l4proto { tcp, udp, sctp } dnat ip6 to meta priority map @slot1
        add rule ip6 weft s1 goto s0
        add rule ip6 weft n2 numgen random mod 2 vmap { 0 : goto s0, 1 : goto s1 }
        add rule ip6 weft masq-outside-n2 ip6 saddr != fd44::/48 meta mark set meta mark | 0x00004000
        add rule ip6 weft masq-outside-n2 goto n2
        add rule ip6 weft inside meta priority set ip6 daddr . meta l4proto . th dport map @group meta priority set meta priority map @inside-class meta priority vmap @inside-classes
        add rule ip6 weft inside meta priority set meta l4proto . th dport map @nodeport-group meta priority set meta priority map @inside-class meta priority vmap @inside-classes
        add rule ip6 weft external-local-n1 ip6 saddr fd44::/48 goto inside
        add rule ip6 weft external-local-n1 fib saddr type local goto inside
        add rule ip6 weft external-local-n1 goto n1
        add rule ip6 weft inside-s0 meta priority set ip6 daddr . meta l4proto . th dport map @group meta priority set meta priority map @inside-group meta l4proto { tcp, udp, sctp } dnat ip6 to meta priority map @slot0
        add rule ip6 weft inside-s0 meta priority set meta l4proto . th dport map @nodeport-group meta priority set meta priority map @inside-group meta l4proto { tcp, udp, sctp } dnat ip6 to meta priority map @slot0
        add rule ip6 weft inside-s1 meta priority set ip6 daddr . meta l4proto . th dport map @group meta priority set meta priority map @inside-group meta l4proto { tcp, udp, sctp } dnat ip6 to meta priority map @slot1
        add rule ip6 weft inside-s1 meta priority set meta l4proto . th dport map @nodeport-group meta priority set meta priority map @inside-group meta l4proto { tcp, udp, sctp } dnat ip6 to meta priority map @slot1
        add rule ip6 weft inside-s1 goto inside-s0
        add rule ip6 weft inside-n2 numgen random mod 2 vmap { 0 : goto inside-s0, 1 : goto inside-s1 }
        add rule ip6 weft masq-outside-inside-n2 ip6 saddr != fd44::/48 meta mark set meta mark | 0x00004000
        add rule ip6 weft masq-outside-inside-n2 goto inside-n2
        add rule ip6 weft find-group meta priority set ip6 daddr . meta l4proto . th dport map @group return
        add rule ip6 weft find-group meta priority set meta l4proto . th dport map @nodeport-group
        add rule ip6 weft affinity-10s-refresh jump find-group
        add rule ip6 weft affinity-10s-refresh update @affinity { jhash ip6 saddr mod 4294967295 seed 0x1 . meta priority timeout 10s : meta mark }
        add rule ip6 weft affinity-10s-s0 meta mark set meta priority map @affinity-slot0 update @affinity { jhash ip6 saddr mod 4294967295 seed 0x1 . meta priority timeout 10s : meta mark }
        add rule ip6 weft affinity-10s-s1 meta mark set meta priority map @affinity-slot1 update @affinity { jhash ip6 saddr mod 4294967295 seed 0x1 . meta priority timeout 10s : meta mark }
        add rule ip6 weft affinity-10s-new-n2 delete @affinity { jhash ip6 saddr mod 4294967295 seed 0x1 . meta priority : meta mark }
        add rule ip6 weft affinity-10s-new-n2 numgen random mod 2 vmap { 0 : goto affinity-10s-s0, 1 : goto affinity-10s-s1 }
        add rule ip6 weft affinity-10s-held-n2 meta priority set meta mark . meta priority map @affinity-alive goto affinity-10s-refresh
        add rule ip6 weft affinity-10s-held-n2 goto affinity-10s-new-n2
        add rule ip6 weft affinity-10s-pick-n2 jump find-group
        add rule ip6 weft affinity-10s-pick-n2 meta mark set jhash ip6 saddr mod 4294967295 seed 0x1 meta mark set meta mark . meta priority map @affinity goto affinity-10s-held-n2
        add rule ip6 weft affinity-10s-pick-n2 goto affinity-10s-new-n2
        add rule ip6 weft masq-outside-affinity-10s-n2 jump affinity-10s-pick-n2
        add rule ip6 weft masq-outside-affinity-10s-n2 ip6 saddr fd44::/48 meta priority set meta mark . meta priority map @affinity-alive meta mark set 0x00000000 meta l4proto { tcp, udp, sctp } dnat ip6 to meta priority map @endpoints
        add rule ip6 weft masq-outside-affinity-10s-n2 meta priority set meta mark . meta priority map @affinity-alive meta mark set 0x00004000 meta l4proto { tcp, udp, sctp } dnat ip6 to meta priority map @endpoints
        add rule ip6 weft masq-outside-affinity-10s-n2 meta mark set 0x00000000 goto masq-outside-n2
        add rule ip6 weft masq-n2 meta mark set meta mark | 0x00004000 goto n2
        add element ip6 weft services { fd96::10 . udp . 53 comment "default/dns:dns ClusterIP" : 3:1,
        	fd96::12 . tcp . 80 comment "default/local:http ClusterIP" : 3:2,
        	2001:db8::9 . tcp . 80 comment "default/local:http LoadBalancer" : 4:1,
        	fd96::13 . tcp . 80 comment "default/sticky:http ClusterIP" : 103:1,
        	fd96::1 . tcp . 80 comment "default/web:http ClusterIP" : 3:2 }
        add element ip6 weft nodeports { tcp . 30080 comment "default/web:http NodePort" : 2:2 }
        add element ip6 weft classes { 3:1 : goto masq-outside-n1,
        	3:2 : goto masq-outside-n2,
        	4:1 : goto external-local-n1,
        	103:1 : goto masq-outside-affinity-10s-n2,
        	2:2 : goto masq-n2 }
        add element ip6 weft group { fd96::10 . udp . 53 : 0:1,
        	fd96::12 . tcp . 80 : 0:2,
        	2001:db8::9 . tcp . 80 : 0:3,
        	fd96::13 . tcp . 80 : 0:4,
        	fd96::1 . tcp . 80 : 0:5 }
        add element ip6 weft nodeport-group { tcp . 30080 : 0:5 }
        add element ip6 weft endpoints { 4000:0 : fd44::2 . 8080,
        	4000:1 : fd44::3 . 8080 }
        add element ip6 weft inside-group { 0:3 comment "default/local:http" : 0:2 }
        add element ip6 weft inside-class { 0:3 comment "default/local:http" : 3:2 }
        add element ip6 weft inside-classes { 3:2 : goto masq-outside-inside-n2 }
        add element ip6 weft hairpin { fd44::2 . fd44::2 }
        add element ip6 weft cluster-ips { fd96::10,
        	fd96::11,
        	fd96::12,
        	fd96::13,
        	fd96::1 }
        add element ip6 weft no-endpoints { fd96::11 . tcp . 80 comment "default/empty ClusterIP" }
        add element ip6 weft restricted { 2001:db8::9 . tcp . 80 comment "default/local:http LoadBalancer" }
        add element ip6 weft source-ranges { 2001:db8::9 . tcp . 80 . 2001:db8:1::/64 comment "default/local:http LoadBalancer" }
        add element ip6 weft affinity-alive { 0x40000000 . 0:4 : 4000:0,
        	0x40000001 . 0:4 : 4000:1 }
        add element ip6 weft slot0 { 0:1 : fd44::4 . 5353,
        	0:2 : fd44::2 . 8080,
        	0:3 : fd44::2 . 8080,
        	0:4 : fd44::2 . 8080,
        	0:5 : fd44::2 . 8080 }
        add element ip6 weft slot1 { 0:2 : fd44::3 . 8080,
        	0:4 : fd44::3 . 8080,
        	0:5 : fd44::3 . 8080 }
        add element ip6 weft affinity-slot0 { 0:4 : 0x40000000 }
        add element ip6 weft affinity-slot1 { 0:4 : 0x40000001 }
        """#
}
