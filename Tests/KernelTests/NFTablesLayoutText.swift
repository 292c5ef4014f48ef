import Foundation
import NetworkTypes

/// The service proxy's layout as a file that nft loads: written by hand, tried with packets, and not by our code.
enum NFTablesLayoutText {
    /// The layout for one IP family.
    ///
    /// nft 1.0.6 fails to load a rule that updates a map with a key over 16 bytes, so IPv6 comes without these rules.
    static func text(_ family: IPFamily) -> String {
        guard family == .ipv6 else { return ipv4 }
        let words = [
            ("table ip ", "table ip6 "), ("ipv4_addr", "ipv6_addr"), ("ip daddr", "ip6 daddr"),
            ("ip saddr", "ip6 saddr"),
            ("dnat ip to", "dnat ip6 to"), ("10.244.0.0/16", "fd00:244::/32"), ("192.168.0.0/30", "2001:db8:1::/64"),
            ("203.0.113.10", "2001:db8::a"), ("203.0.113.", "2001:db8::"), ("10.96.0.", "fd00:96::"),
            ("10.244.0.", "fd00:244::"),
        ]
        let translated = words.reduce(ipv4) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
        return translated.split(separator: "\n").filter { !$0.contains("e @affinity {") }.joined(separator: "\n")
    }

    private static let ipv4 = #"""
        table ip weft {
            comment "weft services"
            map services { type ipv4_addr . inet_proto . inet_service : classid
                elements = { 10.96.0.1 . tcp . 80 comment "default/web:http ClusterIP" : 1:2,
                         203.0.113.7 . tcp . 80 comment "default/web:http LoadBalancer" : 2:2,
                         10.96.0.2 . tcp . 80 comment "default/aff:http ClusterIP" : 3:2,
                         203.0.113.8 . tcp . 80 comment "default/aff:http LoadBalancer" : 4:2,
                         203.0.113.9 . tcp . 80 comment "default/loc:http LoadBalancer eTP Local" : 5:0,
                         203.0.113.10 . tcp . 80 comment "default/ranges:http LB sourceRanges" : 6:0 } }
            map nodeports { type inet_proto . inet_service : classid
                elements = { tcp . 30080 comment "default/web:http NodePort" : 2:2 } }
            map classes { type classid : verdict
                elements = { 1:2 : goto n2, 2:2 : goto masq-n2, 3:2 : goto affinity-10s-n2, 4:2 : goto affinity-10s-masq-n2, 5:0 : goto external-local, 6:0 : goto firewall } }
            map nodeport-classes { type classid : verdict
                elements = { 2:2 : goto nodeport-masq-n2 } }
            map cluster-class { type ipv4_addr . inet_proto . inet_service : classid
                elements = { 203.0.113.9 . tcp . 80 : 1:2, 203.0.113.10 . tcp . 80 : 2:2 } }
            map local-class { type ipv4_addr . inet_proto . inet_service : classid
                elements = { 203.0.113.9 . tcp . 80 : 1:1 } }
            map cluster-classes { type classid : verdict
                elements = { 1:2 : goto n2, 2:2 : goto masq-n2 } }
            map local-classes { type classid : verdict
                elements = { 1:1 : goto local-n1 } }
            map group { type ipv4_addr . inet_proto . inet_service : classid
                elements = { 10.96.0.1 . tcp . 80 : 0:1, 203.0.113.7 . tcp . 80 : 0:1, 10.96.0.2 . tcp . 80 : 0:2, 203.0.113.8 . tcp . 80 : 0:2, 203.0.113.9 . tcp . 80 : 0:3, 203.0.113.10 . tcp . 80 : 0:1 } }
            map local-group { type ipv4_addr . inet_proto . inet_service : classid
                elements = { 203.0.113.9 . tcp . 80 : 0:4 } }
            map nodeport-group { type inet_proto . inet_service : classid
                elements = { tcp . 30080 : 0:1 } }
            set source-ranges { type ipv4_addr . inet_proto . inet_service . ipv4_addr
                flags interval
                elements = { 203.0.113.10 . tcp . 80 . 192.168.0.0/30 } }
            map slot0 { type classid : ipv4_addr . inet_service
                elements = { 0:1 : 10.244.0.2 . 8080, 0:3 : 10.244.0.2 . 8080, 0:4 : 10.244.0.3 . 8080 } }
            map slot1 { type classid : ipv4_addr . inet_service
                elements = { 0:1 : 10.244.0.3 . 8080, 0:3 : 10.244.0.3 . 8080 } }
            map affinity { type ipv4_addr . classid : mark
                size 1048576
                flags dynamic,timeout
            }
            map affinity-slot0 { type classid : mark
                elements = { 0:2 : 101 } }
            map affinity-slot1 { type classid : mark
                elements = { 0:2 : 102 } }
            map affinity-endpoint { type classid : ipv4_addr . inet_service
                elements = { 0:65 : 10.244.0.2 . 8080, 0:66 : 10.244.0.3 . 8080 } }
            map affinity-alive { type mark : classid
                elements = { 101 : 0:65, 102 : 0:66 } }
            set hairpin { type ipv4_addr . ipv4_addr
                elements = { 10.244.0.2 . 10.244.0.2, 10.244.0.3 . 10.244.0.3 } }
            chain prerouting { type nat hook prerouting priority dstnat; policy accept
                jump services
            }
            chain output { type nat hook output priority -100; policy accept
                jump services
            }
            chain postrouting { type nat hook postrouting priority srcnat; policy accept
                meta mark & 0x4000 == 0x4000 meta mark set meta mark & 0xffffbfff masquerade fully-random
                ct status dnat ip saddr . ip daddr @hairpin masquerade fully-random
            }
            chain services {
                meta priority set ip daddr . meta l4proto . th dport map @services meta priority vmap @classes
                fib daddr type local meta priority set meta l4proto . th dport map @nodeports meta priority vmap @nodeport-classes
            }
            chain masq-n2 { meta mark set meta mark | 0x4000
                goto n2
            }
            chain external-local {
                ip saddr 10.244.0.0/16 meta priority set ip daddr . meta l4proto . th dport map @cluster-class meta priority vmap @cluster-classes
                fib saddr type local meta mark set meta mark | 0x4000 meta priority set ip daddr . meta l4proto . th dport map @cluster-class meta priority vmap @cluster-classes
                meta priority set ip daddr . meta l4proto . th dport map @local-class meta priority vmap @local-classes
                drop
            }
            chain firewall {
                ip daddr . meta l4proto . th dport . ip saddr @source-ranges meta priority set ip daddr . meta l4proto . th dport map @cluster-class meta priority vmap @cluster-classes
                drop
            }
            chain n2 { numgen random mod 2 vmap { 0 : goto s0, 1 : goto s1 }
            }
            chain s0 { meta priority set ip daddr . meta l4proto . th dport map @group meta l4proto { tcp, udp, sctp } dnat ip to meta priority map @slot0
            }
            chain s1 { meta priority set ip daddr . meta l4proto . th dport map @group meta l4proto { tcp, udp, sctp } dnat ip to meta priority map @slot1
            }
            chain local-n1 { meta priority set ip daddr . meta l4proto . th dport map @local-group meta l4proto { tcp, udp, sctp } dnat ip to meta priority map @slot0
            }
            chain nodeport-masq-n2 { meta mark set meta mark | 0x4000
                numgen random mod 2 vmap { 0 : goto nodeport-s0, 1 : goto nodeport-s1 }
            }
            chain nodeport-s0 { meta priority set meta l4proto . th dport map @nodeport-group meta l4proto { tcp, udp, sctp } dnat ip to meta priority map @slot0
            }
            chain nodeport-s1 { meta priority set meta l4proto . th dport map @nodeport-group meta l4proto { tcp, udp, sctp } dnat ip to meta priority map @slot1
            }
            chain affinity-10s-n2 {
                jump affinity-10s-pick-n2
                meta priority set meta mark map @affinity-alive meta mark set 0x0 meta l4proto { tcp, udp, sctp } dnat ip to meta priority map @affinity-endpoint
            }
            chain affinity-10s-masq-n2 {
                jump affinity-10s-pick-n2
                meta priority set meta mark map @affinity-alive meta mark set 0x4000 meta l4proto { tcp, udp, sctp } dnat ip to meta priority map @affinity-endpoint
            }
            chain affinity-10s-pick-n2 {
                meta priority set ip daddr . meta l4proto . th dport map @group
                meta mark set ip saddr . meta priority map @affinity jump affinity-10s-check
                meta mark 0x0 goto affinity-10s-new-n2
                update @affinity { ip saddr . meta priority timeout 10s : meta mark }
            }
            chain affinity-10s-check {
                meta priority set meta mark map @affinity-alive meta priority set ip daddr . meta l4proto . th dport map @group return
                meta mark set 0x0
            }
            chain affinity-10s-new-n2 {
                delete @affinity { ip saddr . meta priority : meta mark }
                numgen random mod 2 vmap { 0 : goto affinity-10s-s0, 1 : goto affinity-10s-s1 }
            }
            chain affinity-10s-s0 { meta mark set meta priority map @affinity-slot0
                goto affinity-10s-remember
            }
            chain affinity-10s-s1 { meta mark set meta priority map @affinity-slot1
                goto affinity-10s-remember
            }
            chain affinity-10s-remember {
                update @affinity { ip saddr . meta priority timeout 10s : meta mark }
            }
        }
        """#
}
