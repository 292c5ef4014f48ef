import ClusterModel
import NFTables
import NetworkTypes
import ServicePlan
import Testing

@testable import ServiceProxy

/// Names, chances and rules of mode iptables, as kube-proxy and the tools have them.
struct IPTablesGoldenTests {
    /// The examples of FIPS 180-4's authors, and the borders of a block.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (String(repeating: "a", count: 55), "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"),
        (String(repeating: "a", count: 64), "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"),
        (String(repeating: "a", count: 1000), "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3"),
    ])
    func hashesAreThoseOfSHA256(text: String, hash: String) {
        let digits = Array("0123456789abcdef")
        let found = SHA256.hash(text.utf8).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        #expect(String(found) == hash)
    }

    @Test func chainsAreNamedAsKubeProxyNamesThem() throws {
        let web = ServiceChains(
            ServicePortIdentity(
                service: ObjectKey(namespace: "ns1", name: "svc1"),
                portName: "p80",
                transport: .tcp
            )
        )
        #expect(web.service == "KUBE-SVC-XPGD46QRK7WJZT7O")
        #expect(web.local == "KUBE-SVL-XPGD46QRK7WJZT7O")
        #expect(web.external == "KUBE-EXT-XPGD46QRK7WJZT7O")
        #expect(web.firewall == "KUBE-FW-XPGD46QRK7WJZT7O")
        let endpoint = try #require(IPEndpoint("10.180.0.1:80"))
        #expect(web.endpoint(endpoint) == "KUBE-SEP-SXIVWICOYRO3J4NJ")
        let apiServer = ServicePortIdentity(
            service: ObjectKey(namespace: "default", name: "kubernetes"),
            portName: "https",
            transport: .tcp
        )
        #expect(ServiceChains(apiServer).service == "KUBE-SVC-NPX46M4PTMTKRN6Y")
        let names = [web.service, web.local, web.external, web.firewall, web.endpoint(endpoint)]
        #expect(names.allSatisfy { $0.utf8.count <= 28 && ServiceChains.isServiceChain($0) })
        #expect(!ServiceChains.isServiceChain("KUBE-FIREWALL") && !ServiceChains.isServiceChain("KUBE-SERVICES"))
    }

    /// What `iptables-restore` makes of ten decimals, and `iptables-save` prints.
    @Test(arguments: [
        (2, 0x4000_0000, "0.50000000000"), (3, 0x2aaa_aaab, "0.33333333349"), (7, 0x1249_2492, "0.14285714272"),
    ])
    func chancesAreTenDecimals(count: Int, parts: UInt32, text: String) {
        #expect(Probability.parts(oneOf: count) == parts)
        let rule = IPTablesRule([.statistic(parts)], .accept)
        #expect(rule.text(.ipv4) == "-m statistic --mode random --probability \(text) -j ACCEPT")
    }

    @Test(arguments: IPFamily.allCases)
    func smallClusterReadsAsWrittenDown(family: IPFamily) {
        let planner = ClusterFixture.smallCluster(family)
        let found = Self.content(planner, family).savedText.split(separator: "\n", omittingEmptySubsequences: false)
        let golden = (family == .ipv4 ? IPTablesGolden.ipv4 : IPTablesGolden.ipv6)
            .split(separator: "\n", omittingEmptySubsequences: false)
        #expect(found.count == golden.count)
        for (line, expected) in zip(found, golden) { #expect(line == expected) }
    }

    static func content(_ planner: ServicePlanner, _ family: IPFamily) -> IPTablesContent {
        let options = IPTablesOptions(
            family: family,
            localDetector: planner.node.localDetector,
            masqueradeMark: 0x4000,
            nodePortAddresses: nil,
            dropsInvalid: true
        )
        return IPTablesContent.building(options, planner.specs(family)).content
    }
}
