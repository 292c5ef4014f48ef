import ClusterModel
import JSONTree
import NetworkTypes
import Testing

@testable import NodePlan

struct VXLANPlannerTests {
    private static let key = "flannel.alpha.coreos.com/"

    private static func node(
        _ name: String,
        _ cidrs: [String],
        _ addresses: [String],
        _ annotations: [String: String] = [:],
        created: String? = nil
    ) -> Node {
        var node = Node(name: name)
        node.podCIDRs = cidrs
        node.addresses = addresses.map { .init(type: "InternalIP", address: $0) }
        for (key, value) in annotations { node.metadata.annotations[Self.key + key] = value }
        if let created { node.json["metadata"]?["creationTimestamp"] = .string(created) }
        return node
    }

    /// What a node of flannel's, or ours, notes about itself.
    private static func noted(_ number: Int) -> [String: String] {
        [
            "backend-type": "vxlan", "kube-subnet-manager": "true", "public-ip": "192.168.0.\(number)",
            "public-ipv6": "fd00::\(number)", "backend-data": data(number), "backend-v6-data": data(number + 100),
        ]
    }

    private static func data(_ number: Int) -> String {
        let digits = (number < 16 ? "0" : "") + String(number, radix: 16)
        return #"{"VNI":1,"VtepMAC":"0a:00:00:00:00:\#(digits)"}"#
    }

    private static let own = node(
        "own",
        ["10.244.0.0/24", "fd00:10::/64"],
        ["192.168.0.1", "fd00::1"],
        noted(1)
    )

    private static func plan(_ nodes: [Node]) -> VXLANSpec { VXLANPlanner(nodeName: "own").plan(nodes) }

    private static func peer(_ changes: [String: String?] = [:], cidrs: [String] = ["10.244.2.0/24"]) -> Node {
        var annotations = noted(2)
        for (key, value) in changes { annotations[key] = value }
        return node("peer", cidrs, ["192.168.0.2"], annotations)
    }

    @Test func aPeerOfBothFamilies() throws {
        let spec = Self.plan([Self.peer(cidrs: ["10.244.2.0/24", "fd00:10:0:2::/64"]), Self.own])
        #expect(spec.problems.isEmpty, "\(spec.problems)")
        let devices = try #require(spec.devices)
        #expect(devices.map(\.name) == ["flannel.1", "flannel-v6.1"])
        #expect(devices.map(\.address.description) == ["10.244.0.0/32", "fd00:10::/128"])
        #expect(devices.map(\.localAddresses.description) == ["[192.168.0.1]", "[fd00::1]"])
        #expect(devices.map(\.overhead) == [50, 70])
        #expect(devices.map { $0.mac?.description } == ["0a:00:00:00:00:01", "0a:00:00:00:00:65"])
        #expect(
            devices.map { $0.peers.map(\.description) } == [
                ["10.244.2.0/24 at 0a:00:00:00:00:02 on 192.168.0.2 (node peer)"],
                ["fd00:10:0:2::/64 at 0a:00:00:00:00:66 on fd00::2 (node peer)"],
            ]
        )
        #expect(devices[0].peers[0].gateway == IPAddress("10.244.2.0"))
        #expect(VXLANDevice.identifier == 1 && VXLANDevice.port.rawValue == 8472)
        #expect(FlannelAnnotations.missing(spec.annotations, at: Self.own).isEmpty)
    }

    /// What is wrong with the peer's Node, the problem, and words of its text.
    struct Fault: Sendable {
        var changes: [String: String?] = [:]
        var cidrs = ["10.244.2.0/24"]
        let code: NodeRouteProblem.Code
        let says: String
    }

    static let faults: [Fault] = [
        Fault(changes: ["backend-data": nil], code: .missingAnnotation, says: "backend-data yet"),
        Fault(changes: ["backend-data": "null"], code: .missingAnnotation, says: "backend-data yet"),
        Fault(changes: ["public-ip": nil], code: .missingAnnotation, says: "public-ip yet"),
        Fault(changes: ["backend-type": "host-gw"], code: .invalidAnnotation, says: "\"host-gw\", not vxlan"),
        Fault(changes: ["backend-data": "{"], code: .invalidAnnotation, says: "without the MAC"),
        Fault(changes: ["backend-data": "[1]"], code: .invalidAnnotation, says: "without the MAC"),
        Fault(changes: ["backend-data": #"{"VtepMAC":7}"#], code: .invalidAnnotation, says: "without the MAC"),
        Fault(
            changes: ["backend-data": #"{"VtepMAC":"01:00:00:00:00:01"}"#],
            code: .invalidAnnotation,
            says: "without the MAC"
        ),
        Fault(
            changes: ["backend-data": #"{"VtepMAC":"00:00:00:00:00:00"}"#],
            code: .invalidAnnotation,
            says: "without the MAC"
        ),
        Fault(
            changes: ["backend-data": #"{"VNI":7,"VtepMAC":"0a:00:00:00:00:02"}"#],
            code: .invalidAnnotation,
            says: "VNI 7"
        ),
        Fault(changes: ["public-ip": "fd00::2"], code: .invalidAnnotation, says: "no IPv4 address"),
        Fault(changes: ["public-ip": "host"], code: .invalidAnnotation, says: "no IPv4 address"),
        Fault(changes: ["public-ip-overwrite": "host"], code: .invalidAnnotation, says: "public-ip-overwrite"),
        Fault(changes: ["public-ip": "127.0.0.1"], code: .invalidAddress, says: "another host's"),
        Fault(changes: ["public-ip": "192.168.0.1"], code: .invalidAddress, says: "that of this node, own"),
        Fault(changes: ["public-ip": "10.244.2.9"], code: .invalidAddress, says: "its own pod CIDR"),
        Fault(changes: ["backend-data": data(1)], code: .duplicateMAC, says: "that of node own"),
        Fault(cidrs: ["10.244.0.0/23"], code: .overlap, says: "10.244.0.0/24 of node own"),
        Fault(cidrs: ["192.168.0.0/31"], code: .invalidPodCIDR, says: "covers 192.168.0.1"),
        Fault(cidrs: ["10.244.2/24"], code: .invalidPodCIDR, says: "no prefix"),
    ]

    @Test(arguments: faults)
    func aFaultOfOneNodeIsNamedAndCostsNoOther(_ fault: Fault) throws {
        let good = Self.node("good", ["10.244.3.0/24"], ["192.168.0.3"], Self.noted(3))
        let spec = Self.plan([Self.own, Self.peer(fault.changes, cidrs: fault.cidrs), good])
        let problem = try #require(spec.problems.first)
        #expect(spec.problems.count == 1)
        #expect(problem.code == fault.code)
        #expect(problem.description.hasPrefix("node peer: ") && problem.text.contains(fault.says), "\(problem)")
        #expect(problem.description.contains("\n") == false)
        #expect(spec.devices?[0].peers.map(\.node) == ["good"])
    }

    @Test func whatAPeerMaySayOtherwise() {
        let changes: [[String: String?]] = [
            ["backend-data": #"{"VtepMAC":"0A:00:00:00:00:02"}"#], ["backend-type": nil], ["kube-subnet-manager": nil],
            ["public-ip": nil, "public-ip-overwrite": "192.168.0.2"],
            ["public-ip": "10.9.9.9", "public-ip-overwrite": "192.168.0.2"], ["public-ip-overwrite": ""],
        ]
        for change in changes {
            let spec = Self.plan([Self.own, Self.peer(change)])
            #expect(spec.problems.isEmpty, "\(change)")
            #expect(
                spec.devices?[0].peers.map(\.description) == [
                    "10.244.2.0/24 at 0a:00:00:00:00:02 on 192.168.0.2 (node peer)"
                ],
                "\(change)"
            )
        }
    }

    @Test func theElderKeepsWhatTwoClaim() {
        var young = Self.noted(4)
        young["backend-data"] = Self.data(3)
        var late = Self.noted(5)
        late["public-ip"] = "192.168.0.3"
        let nodes = [
            Self.own, Self.node("a", ["10.244.4.0/24"], [], young, created: "2026-01-02T00:00:00Z"),
            Self.node("z", ["10.244.3.0/24"], [], Self.noted(3), created: "2026-01-01T00:00:00Z"),
            Self.node("b", ["10.244.5.0/24"], [], late),
        ]
        for order in [nodes, nodes.reversed()] {
            let spec = Self.plan(order)
            #expect(spec.devices?[0].peers.map(\.node) == ["z"])
            #expect(spec.problems.map(\.code) == [.duplicateMAC, .duplicateAddress])
            #expect(spec.problems.map(\.node) == ["a", "b"])
        }
    }

    @Test func nothingIsSaidAboutDevicesWhileTheOwnNodeIsNotKnown() {
        for nodes in [[Self.peer()], [Self.peer(), Self.node("own", [], ["192.168.0.1"])]] {
            let spec = Self.plan(nodes)
            #expect(spec.devices == nil)
            #expect(spec.problems.map(\.code) == [.missingNode])
        }
    }

    @Test func theOwnNodesFaultsAreNamed() {
        var bad = Self.noted(1)
        bad["backend-data"] = "{}"
        bad["public-ip-overwrite"] = "nowhere"
        let spec = Self.plan([Self.node("own", ["10.244.0.0/24"], ["192.168.0.1"], bad)])
        #expect(spec.problems.map(\.code) == [.invalidAnnotation, .invalidAnnotation])
        #expect(spec.devices?[0].mac == nil)
        #expect(spec.devices?[0].localAddresses == [IPAddress("192.168.0.1")].compactMap { $0 })
        let without = Self.plan([Self.node("own", ["10.244.0.0/24"], [])])
        #expect(without.problems.map(\.code) == [.missingAddress])
        let overwritten = Self.plan([
            Self.node("own", ["10.244.0.0/24"], ["192.168.0.1"], ["public-ip-overwrite": "203.0.113.5"])
        ])
        #expect(overwritten.devices?[0].localAddresses.description == "[203.0.113.5, 192.168.0.1]")
        #expect(overwritten.annotations[Self.key + "public-ip"] == "203.0.113.5")
    }

    @Test func onlyAnotherMeaningIsWrittenAnew() throws {
        let family = IPFamily.ipv4
        let mac = try #require(MACAddress("0a:00:00:00:00:02"))
        let data = FlannelAnnotations.data(identifier: 1, mac: mac)
        #expect(data == #"{"VNI":1,"VtepMAC":"0a:00:00:00:00:02"}"#)
        let wanted = [FlannelAnnotations.backendData(family): data, FlannelAnnotations.backendType: "vxlan"]
        func missing(_ text: String) -> [String] {
            let node = Self.node("n", [], [], ["backend-data": text, "backend-type": "vxlan"])
            return FlannelAnnotations.missing(wanted, at: node).keys.sorted()
        }
        #expect(missing(data).isEmpty)
        #expect(missing(#"{ "VtepMAC": "0A:00:00:00:00:02", "VNI": 1 }"#).isEmpty)
        for other in [#"{"VNI":2,"VtepMAC":"0a:00:00:00:00:02"}"#, #"{"VNI":1,"VtepMAC":"0a:00:00:00:00:03"}"#, "x"] {
            #expect(missing(other) == [Self.key + "backend-data"], "\(other)")
        }
        #expect(FlannelAnnotations.missing(wanted, at: Self.node("n", [], [])).count == 2)
    }

    @Test func thePlanDoesNotDependOnTheOrderOfTheNodes() {
        let nodes = (2...200).map { number in
            Self.node("n\(number)", ["10.244.\(number).0/24"], [], Self.noted(number))
        }
        let spec = Self.plan(nodes + [Self.own])
        #expect(spec.devices?[0].peers.count == 199)
        #expect(spec == Self.plan((nodes + [Self.own]).shuffled()))
    }
}
