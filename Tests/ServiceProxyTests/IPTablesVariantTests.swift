import ClusterModel
import NFTables
import NetworkTypes
import ServicePlan
import Testing

@testable import ServiceProxy

/// How kube-proxy's settings show in the rules of mode iptables: the lines beside those of the golden listings.
struct IPTablesVariantTests {
    private func lines(
        _ family: IPFamily,
        _ detector: LocalDetector,
        masqueradesAll: Bool = false,
        _ change: (inout IPTablesOptions) -> Void = { _ in }
    ) -> [String] {
        var planner = ClusterFixture.smallCluster(family)
        var node = planner.node
        node.localDetector = detector
        node.masqueradeAll = masqueradesAll
        planner.update(node: node)
        var options = IPTablesOptions(
            family: family,
            localDetector: detector,
            masqueradeMark: 0x4000,
            nodePortAddresses: nil,
            dropsInvalid: true
        )
        change(&options)
        return IPTablesContent.building(options, planner.specs(family)).content.savedText
            .split(separator: "\n").map(String.init)
    }

    private static let toWeb =
        "-d 10.96.0.1/32 -p tcp -m comment --comment \"default/web:http cluster IP\" -m tcp --dport 80 -j KUBE-MARK-MASQ"
    private static let web = "-A KUBE-SVC-CDGGSHYLG3RE2FKL "
    private static let podTraffic =
        "-m comment --comment \"pod traffic for default/local:http external destinations\" -j KUBE-SVC-3ENVKKDUT2EZ6WIE"

    @Test(arguments: [
        (LocalDetector.interface("br0"), "! -i br0", "-i br0"), (.interfacePrefix("veth"), "! -i veth+", "-i veth+"),
    ])
    func podsAreKnownByTheirInterfaces(detector: LocalDetector, outsiders: String, pods: String) {
        let found = lines(.ipv4, detector)
        // iptables-save has the interface behind the addresses.
        #expect(found.contains(Self.web + Self.toWeb.replacing("/32 -p", with: "/32 \(outsiders) -p")))
        #expect(found.contains("-A KUBE-EXT-3ENVKKDUT2EZ6WIE \(pods) \(Self.podTraffic)"))
    }

    @Test func withoutADetectorNobodyIsAPod() {
        let found = lines(.ipv4, .none)
        #expect(!found.contains { $0.hasPrefix(Self.web) && $0.hasSuffix("KUBE-MARK-MASQ") })
        #expect(!found.contains { $0.contains("pod traffic for") })
        #expect(found.contains { $0.contains("route LOCAL traffic for default/local:http") })
    }

    @Test func everythingIsMasqueradedWhenThatIsAsked() {
        #expect(lines(.ipv4, .none, masqueradesAll: true).contains(Self.web + Self.toWeb))
    }

    @Test func theBitIsThatOfTheConfiguration() {
        let found = lines(.ipv6, .none) { $0.masqueradeMark = 1 << 20 }
        #expect(found.contains("-A KUBE-MARK-MASQ -j MARK --set-xmark 0x100000/0x100000"))
        #expect(found.contains("-A KUBE-POSTROUTING -m mark ! --mark 0x100000/0x100000 -j RETURN"))
        #expect(found.contains("-A KUBE-POSTROUTING -j MARK --set-xmark 0x100000/0x0"))
    }

    @Test func nodePortsAreTakenOnTheAddressesThatAreGiven() {
        let comment =
            "-m comment --comment \"kubernetes service nodeports; NOTE: this must be the last rule in this chain\""
        let addresses = ["192.0.2.1", "192.0.2.7"].compactMap { IPAddress($0) }
        let found = lines(.ipv4, .none) { $0.nodePortAddresses = addresses }
        let jumps = found.filter { $0.hasPrefix("-A KUBE-SERVICES") && $0.hasSuffix("-j KUBE-NODEPORTS") }
        #expect(
            jumps == [
                "-A KUBE-SERVICES -d 192.0.2.1/32 \(comment) -j KUBE-NODEPORTS",
                "-A KUBE-SERVICES -d 192.0.2.7/32 \(comment) -j KUBE-NODEPORTS",
            ]
        )
    }

    @Test func aLiberalNodeDropsNothingThatIsInvalid() {
        #expect(lines(.ipv4, .none).contains { $0.contains("INVALID") })
        #expect(!lines(.ipv4, .none) { $0.dropsInvalid = false }.contains { $0.contains("INVALID") })
    }

    /// The counters of the metrics agree with the chains, after a whole write and after changes.
    @Test(arguments: IPFamily.allCases)
    func rulesAreCountedByTable(family: IPFamily) throws {
        var planner = ClusterFixture.smallCluster(family)
        let backend = IPTablesBackend(family, ProxyConfiguration(), access: FakeIPTablesAccess())
        _ = planner.takeDirty()
        func expected() -> [String: Int] {
            let text = IPTablesGoldenTests.content(planner, family).savedText
            var found: [String: Int] = [:]
            var table = ""
            for line in text.split(separator: "\n") {
                if line.hasPrefix("*") { table = String(line.dropFirst()) }
                if line.hasPrefix("-A KUBE-") || line.hasPrefix("-A WEFT-") { found[table, default: 0] += 1 }
            }
            return found
        }
        func totals(_ report: ProxyReport) -> [String: Int] {
            Dictionary(uniqueKeysWithValues: report.ruleCounts.map { ($0.table, $0.total) })
        }
        let first = try backend.replaceAll(with: planner.specs(family), node: planner.node)
        #expect(totals(first) == expected())
        #expect(first.ruleCounts.allSatisfy { $0.written == $0.total })
        for key in ["local", "dns"] {
            planner.removeService(ObjectKey(namespace: "default", name: key))
            let report = try backend.apply(planner.takeDirty().filter { $0.family == family })
            #expect(totals(report) == expected())
            #expect(report.ruleCounts.allSatisfy { $0.written < $0.total })
        }
        let again = try IPTablesBackend(family, ProxyConfiguration(), access: FakeIPTablesAccess())
            .replaceAll(with: planner.specs(family), node: planner.node)
        #expect(totals(again) == expected())
    }
}
