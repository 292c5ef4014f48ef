import ClusterModel
import LinuxSystem
import LinuxSystemTesting
import NetworkTypes
import NodePlan
import RouteNetlink
import Testing

@testable import NodeNetwork

/// What VXLAN leaves in the kernel, with `ip` and `bridge` as the witnesses.
@Suite(.enabled(if: KernelFeature.vxlan.isAvailable), .timeLimit(.minutes(15)))
struct NodeNetworkVXLANTests {
    private static func link(_ node: TestNamespace, _ family: IPFamily) throws -> String {
        try node.witness("ip", "-o", "-d", "link", "show", VXLANDevice.name(family))
    }

    private static func index(_ node: TestNamespace, _ family: IPFamily) throws -> Substring {
        try #require(try link(node, family).split(separator: ":").first)
    }

    @Test(arguments: IPFamily.allCases)
    func theKernelHoldsFlannelsForm(family: IPFamily) throws {
        try VXLANCluster.with { cluster in
            try cluster.settle()
            let (node, name) = (cluster.nodes[0], VXLANDevice.name(family))
            let link = try Self.link(node, family)
            #expect(link.contains("vxlan id 1 local \(VXLANCluster.nodeAddress(1, family)) dev eth0"), "\(link)")
            #expect(link.contains("dstport 8472") && link.contains("nolearning"), "\(link)")
            #expect(link.contains("mtu \(family == .ipv4 ? 1450 : 1430)"))
            #expect(try link.contains("link/ether \(cluster.mac(1, family))"))
            let address = try node.witness("ip", "-o", "address", "show", "dev", name, "scope", "global")
            #expect(address.contains(family == .ipv4 ? "10.244.1.0/32" : "fd44:0:0:1::/128"), "\(address)")
            #expect(try node.run { try Sysctl.read("net/ipv6/conf/\(name)/accept_ra") } == "0")
            for peer in 2...3 {
                let (gateway, mac) = (
                    family == .ipv4 ? "10.244.\(peer).0" : "fd44:0:0:\(peer)::", try cluster.mac(peer, family)
                )
                let flag = family == .ipv4 ? "-4" : "-6"
                let neighbors = try node.witness("ip", flag, "neigh", "show", "dev", name)
                #expect(neighbors.contains("\(gateway) lladdr \(mac) PERMANENT"), "\(neighbors)")
                let entries = try node.witness("bridge", "fdb", "show", "dev", name)
                #expect(entries.contains("\(mac) dst \(VXLANCluster.nodeAddress(peer, family)) self permanent"))
                let routes = try node.witness("ip", flag, "route", "show", "proto", "87")
                #expect(
                    routes.contains("\(VXLANCluster.podRange(peer, family)) via \(gateway) dev \(name)"),
                    "\(routes)"
                )
                #expect(routes.contains("onlink"))
            }
        }
    }

    /// Who looks for us finds what flannel would have written.
    @Test func theOwnNodeTellsTheOthers() throws {
        try VXLANCluster.with { cluster in
            let annotations = try cluster.sync(1).annotations
            let prefix = "flannel.alpha.coreos.com/"
            #expect(annotations[prefix + "backend-type"] == "vxlan")
            #expect(annotations[prefix + "kube-subnet-manager"] == "true")
            #expect(annotations[prefix + "public-ip"] == "192.168.7.1")
            #expect(annotations[prefix + "public-ipv6"] == "fd07::1")
            let mac = try cluster.mac(1, .ipv4)
            #expect(annotations[prefix + "backend-data"] == #"{"VNI":1,"VtepMAC":"\#(mac)"}"#)
            #expect(try MACAddress(cluster.mac(1, .ipv6))?.isLocallyAdministered == true)
            #expect(annotations.count == 6)
        }
    }

    /// Over a restart, by the link; over the loss of the link, by the Node; over a reboot that came before the Node was
    /// written, by neither.
    @Test func theMACAddressIsKept() throws {
        try VXLANCluster.with(families: [.ipv4]) { cluster in
            let node = cluster.nodes[0]
            try cluster.sync(1)
            let mac = try cluster.mac(1, .ipv4)
            let noted = cluster.objects[0].metadata.annotations
            cluster.objects[0].metadata.annotations = Labels()
            try cluster.sync(1)
            #expect(try cluster.mac(1, .ipv4) == mac, "restart before the Node was written")
            cluster.objects[0].metadata.annotations = noted
            try cluster.ip(node, "link del flannel.1")
            #expect(try cluster.sync(1).changes.contains("link flannel.1 made"))
            #expect(try Self.link(node, .ipv4).contains("link/ether \(mac)"), "loss of the link")
            let index = try Self.index(node, .ipv4)
            try cluster.ip(node, "link set flannel.1 address 02:00:00:00:00:99")
            try cluster.sync(1)
            #expect(try Self.link(node, .ipv4).contains("link/ether \(mac)"), "changed by another program")
            #expect(try Self.index(node, .ipv4) == index)
            // Without the Node's word, the running network remembers.
            let network = try cluster.network(1)
            try cluster.sync(1, with: network)
            cluster.objects[0].metadata.annotations = Labels()
            try cluster.ip(node, "link del flannel.1")
            try cluster.sync(1, with: network)
            #expect(try cluster.mac(1, .ipv4) == mac, "loss of link and Node")
        }
    }

    @Test func whatIsNobodysIsPruned() throws {
        try VXLANCluster.with { cluster in
            try cluster.settle()
            let node = cluster.nodes[0]
            let whole = try cluster.picture(1)
            try cluster.ip(node, "neigh add 10.244.9.0 lladdr 02:00:00:00:00:09 dev flannel.1 nud permanent")
            try cluster.ip(node, "route add 10.244.9.0/24 via 10.244.9.0 dev flannel.1 onlink")
            try cluster.ip(node, "route add 10.244.8.0/24 via 192.168.7.8 proto 87")
            try cluster.ip(node, "address add 10.244.9.0/32 dev flannel.1")
            let stranger = "02:00:00:00:00:09"
            try node.witness("bridge", "fdb", "add", stranger, "dev", "flannel.1", "dst", "192.168.7.9")
            let mac = try cluster.mac(2, .ipv4)
            try node.witness("bridge", "fdb", "replace", mac, "dev", "flannel.1", "dst", "192.168.7.9")
            let foreign = "route add 10.99.0.0/24 via 192.168.7.9 proto static"
            try cluster.ip(node, foreign)
            let outcome = try cluster.sync(1)
            #expect(outcome.failures.isEmpty, "\(outcome.failures)")
            #expect(outcome.removed == 4 && outcome.added == 1)
            #expect(try cluster.picture(1) == whole)
            #expect(try node.witness("ip", "route", "show", "proto", "static").contains("10.99.0.0/24"))
            // A node that is gone.
            cluster.objects.remove(at: 2)
            #expect(try cluster.sync(1).removed == 6)
            #expect(try cluster.picture(1).count == whole.count - 6)
        }
    }

    /// Each fault, and that one sync makes it whole, with the link as it was unless the fault was its loss.
    @Test(arguments: [
        "link del flannel.1", "link set flannel.1 down", "route flush proto 87",
        "neigh flush dev flannel.1 nud permanent",
        "-6 route flush proto 87", "link del flannel-v6.1", "link set flannel-v6.1 down", "link set flannel.1 mtu 1000",
        "address flush dev flannel-v6.1", "address flush dev flannel.1 scope global", "link set eth0 down",
        "link set flannel.1 type vxlan local 192.168.7.99", "route change 10.244.2.0/24 via 192.168.7.2 proto 87",
        "neigh change 10.244.2.0 lladdr 02:00:00:00:00:09 dev flannel.1 nud stale",
    ])
    func oneSyncHeals(fault: String) throws {
        try VXLANCluster.with { cluster in
            try cluster.settle()
            let node = cluster.nodes[0]
            let whole = try Self.comparable(cluster.picture(1))
            let index = try Self.index(node, .ipv4)
            try cluster.ip(node, fault)
            if fault.hasPrefix("link set eth0 down") {
                try cluster.ip(node, "link set eth0 up")
                try cluster.ip(node, "address replace fd07::1/64 dev eth0 nodad")
            }
            let outcome = try cluster.sync(1)
            #expect(outcome.failures.isEmpty, "\(outcome.failures)")
            #expect(try Self.comparable(cluster.picture(1)) == whole)
            if !fault.hasPrefix("link del") { #expect(try Self.index(node, .ipv4) == index) }
            #expect(try cluster.sync(1).isChange == false)
        }
    }

    /// Without the number that the kernel counts up.
    private static func comparable(_ lines: [String]) -> [String] {
        lines.map { line in
            guard let colon = line.firstIndex(of: ":"), line[..<colon].allSatisfy(\.isNumber) else { return line }
            return String(line[colon...])
        }.sorted()
    }

    @Test(arguments: [
        ("id 7 dstport 8472 nolearning", "VNI"), ("id 1 dstport 4789 nolearning", "port"),
        ("id 1 dstport 8472 group 239.1.1.1 dev eth0", "unknown"), ("external dstport 8472", "external"),
    ])
    func onlyWhatCannotChangeIsMadeAnew(form: String, says: String) throws {
        try VXLANCluster.with(families: [.ipv4]) { cluster in
            let node = cluster.nodes[0]
            try cluster.ip(node, "link add flannel.1 type vxlan \(form)")
            let changes = try cluster.sync(1).changes
            #expect(changes.contains { $0.hasPrefix("link flannel.1 removed") }, "\(changes)")
            if says == "VNI" || says == "port" { #expect(changes.contains { $0.contains("its \(says) is") }) }
            #expect(try Self.link(node, .ipv4).contains("vxlan id 1 local 192.168.7.1 dev eth0"))
        }
    }

    @Test func aLinkWithItsNameIsNotOurs() throws {
        try VXLANCluster.with { cluster in
            let node = cluster.nodes[0]
            try cluster.ip(node, "link add flannel.1 type bridge")
            let outcome = try cluster.sync(1)
            #expect(outcome.failures == ["link flannel.1 is of kind bridge, not vxlan; remove it or rename it"])
            // The other family works all the same, and only it is told to the others.
            #expect(try Self.link(node, .ipv6).contains("vxlan id 1"))
            #expect(outcome.annotations["flannel.alpha.coreos.com/backend-data"] == nil)
            #expect(outcome.annotations["flannel.alpha.coreos.com/backend-v6-data"] != nil)
        }
    }

    @Test func anAddressThatNoLinkHasIsNamed() throws {
        try VXLANCluster.with(families: [.ipv4]) { cluster in
            cluster.objects[0].addresses = [.init(type: "InternalIP", address: "192.168.7.77")]
            let failures = try cluster.sync(1).failures
            let wanted = "link flannel.1 can't be made: this node's address 192.168.7.77 is on none of its links"
            #expect(failures == [wanted])
        }
    }

    /// Behind address translation: the others send to another address than the tunnel has.
    @Test func theOverwrittenAddressIsToldAndTheOwnOneUsed() throws {
        try VXLANCluster.with(families: [.ipv4]) { cluster in
            cluster.objects[0].metadata.annotations["flannel.alpha.coreos.com/public-ip-overwrite"] = "203.0.113.5"
            let outcome = try cluster.sync(1)
            #expect(outcome.failures.isEmpty)
            #expect(outcome.annotations["flannel.alpha.coreos.com/public-ip"] == "203.0.113.5")
            #expect(try Self.link(cluster.nodes[0], .ipv4).contains("local 192.168.7.1 "))
        }
    }

    @Test func theTunnelFollowsTheLinkBelow() throws {
        try VXLANCluster.with { cluster in
            try cluster.settle()
            let node = cluster.nodes[0]
            let index = try Self.index(node, .ipv4)
            try cluster.ip(node, "link set eth0 mtu 1400")
            #expect(try cluster.sync(1).podMTU == 1330)
            #expect(try Self.link(node, .ipv4).contains("mtu 1350"))
            #expect(try Self.link(node, .ipv6).contains("mtu 1330"))
            try cluster.ip(node, "link set eth0 mtu 1340")
            let outcome = try cluster.sync(1)
            #expect(outcome.failures.count == 1 && outcome.failures[0].contains("IPv6 in VXLAN needs 1350"))
            #expect(try Self.index(node, .ipv4) == index)
            // The node's address moves to another link.
            try cluster.ip(node, "link set eth0 mtu 1500")
            try cluster.ip(node, "link add eth9 type veth peer name eth8")
            try cluster.ip(node, "link set eth9 up")
            try cluster.ip(node, "address del 192.168.7.1/24 dev eth0")
            try cluster.ip(node, "address add 192.168.7.1/24 dev eth9")
            #expect(try cluster.sync(1).failures.isEmpty)
            #expect(try Self.link(node, .ipv4).contains("local 192.168.7.1 dev eth9"))
            #expect(try Self.index(node, .ipv4) == index)
        }
    }

    /// A large cluster: each family's 1,000 nodes in one batch, and nothing more at the next sync.
    @Test func manyNodes() throws {
        try VXLANCluster.with { cluster in
            for number in 4...1003 {
                var node = Node(name: "node\(number)")
                let (high, low) = (number / 250, number % 250)
                node.podCIDRs = ["10.\(100 + high).\(low).0/24", "fd44:0:1:\(number)::/64"]
                let mac = MACAddress(rawValue: 0x0200_0000_0000 + UInt64(number))
                node.metadata.annotations = Labels([
                    FlannelAnnotations.publicAddress(.ipv4): "192.168.\(100 + high).\(low)",
                    FlannelAnnotations.publicAddress(.ipv6): "fd07::1:\(number)",
                    FlannelAnnotations.backendData(.ipv4): FlannelAnnotations.data(identifier: 1, mac: mac),
                    FlannelAnnotations.backendData(.ipv6): FlannelAnnotations.data(identifier: 1, mac: mac),
                ])
                cluster.objects.append(node)
            }
            let first = try cluster.sync(1)
            #expect(
                first.failures.isEmpty && first.added == 6000 && first.routeCount == 2000,
                "\(first.failures.prefix(3))"
            )
            #expect(
                try cluster.nodes[0].witness("bridge", "fdb", "show", "dev", "flannel.1").split(separator: "\n").count
                    >= 1000
            )
            let second = try cluster.sync(1)
            #expect(!second.isChange && second.unchanged == 6000)
            cluster.objects.removeLast(500)
            #expect(try cluster.sync(1).removed == 3000)
        }
    }

    /// A route of somebody else to another node's pods is left, and named.
    @Test(arguments: [("10.244.2.0/24", "192.168.7.9"), ("fd44:0:0:2::/64", "fd07::9")])
    func routesOfOthersStay(subnet: String, gateway: String) throws {
        try VXLANCluster.with { cluster in
            try cluster.sync(2)
            try cluster.ip(cluster.nodes[0], "route add \(subnet) via \(gateway) proto static")
            let outcome = try cluster.sync(1)
            let failure = try #require(outcome.failures.first)
            #expect(outcome.failures.count == 1 && outcome.routeCount == 1)
            #expect(failure.hasPrefix("node node2: "), "\(failure)")
            let flag = subnet.contains(":") ? "-6" : "-4"
            #expect(try cluster.nodes[0].witness("ip", flag, "route", "show", "proto", "static").contains(gateway))
        }
    }
}
