import JSONTree
import NetworkTypes
import Testing

@testable import PodNetwork

/// One result in every version of the specification, as text.
struct AttachmentResultGoldenTests {
    private func result() throws -> AttachmentResult {
        var result = AttachmentResult()
        result.interfaces = [
            .init(name: "cni0", mac: MACAddress("02:00:00:00:00:01"), mtu: 1500),
            .init(name: "eth0", mac: MACAddress("02:00:00:00:00:02"), mtu: 1500, sandbox: "/run/netns/x"),
        ]
        result.addresses = [
            .init(prefix: try #require(IPPrefix("10.1.0.5/16")), gateway: IPAddress("10.1.0.1"), interface: 1),
            .init(prefix: try #require(IPPrefix("fd00::5/64")), gateway: IPAddress("fd00::1"), interface: 1),
        ]
        var route = RouteConfiguration(destination: try #require(IPPrefix("0.0.0.0/0")), gateway: IPAddress("10.1.0.1"))
        route.priority = 5
        result.routes = [route, RouteConfiguration(destination: try #require(IPPrefix("::/0")))]
        result.dns = ["nameservers": ["10.0.0.1"]]
        return result
    }

    static let golden: [(String, String)] = [
        (
            "0.2.0",
            #"{"cniVersion":"0.2.0","ip4":{"ip":"10.1.0.5/16","gateway":"10.1.0.1","routes":[{"dst":"0.0.0.0/0","gw":"10.1.0.1"}]},"#
                + #""ip6":{"ip":"fd00::5/64","gateway":"fd00::1","routes":[{"dst":"::/0"}]},"dns":{"nameservers":["10.0.0.1"]}}"#
        ),
        (
            "0.3.1",
            #"{"cniVersion":"0.3.1","interfaces":[{"name":"cni0","mac":"02:00:00:00:00:01"},"#
                + #"{"name":"eth0","mac":"02:00:00:00:00:02","sandbox":"/run/netns/x"}],"#
                + #""ips":[{"version":"4","interface":1,"address":"10.1.0.5/16","gateway":"10.1.0.1"},"#
                + #"{"version":"6","interface":1,"address":"fd00::5/64","gateway":"fd00::1"}],"#
                + #""routes":[{"dst":"0.0.0.0/0","gw":"10.1.0.1"},{"dst":"::/0"}],"dns":{"nameservers":["10.0.0.1"]}}"#
        ),
        (
            "1.0.0",
            #"{"cniVersion":"1.0.0","interfaces":[{"name":"cni0","mac":"02:00:00:00:00:01"},"#
                + #"{"name":"eth0","mac":"02:00:00:00:00:02","sandbox":"/run/netns/x"}],"#
                + #""ips":[{"interface":1,"address":"10.1.0.5/16","gateway":"10.1.0.1"},"#
                + #"{"interface":1,"address":"fd00::5/64","gateway":"fd00::1"}],"#
                + #""routes":[{"dst":"0.0.0.0/0","gw":"10.1.0.1"},{"dst":"::/0"}],"dns":{"nameservers":["10.0.0.1"]}}"#
        ),
        (
            "1.1.0",
            #"{"cniVersion":"1.1.0","interfaces":[{"name":"cni0","mac":"02:00:00:00:00:01","mtu":1500},"#
                + #"{"name":"eth0","mac":"02:00:00:00:00:02","mtu":1500,"sandbox":"/run/netns/x"}],"#
                + #""ips":[{"interface":1,"address":"10.1.0.5/16","gateway":"10.1.0.1"},"#
                + #"{"interface":1,"address":"fd00::5/64","gateway":"fd00::1"}],"#
                + #""routes":[{"dst":"0.0.0.0/0","gw":"10.1.0.1","priority":5},{"dst":"::/0"}],"#
                + #""dns":{"nameservers":["10.0.0.1"]}}"#
        ),
    ]

    @Test(arguments: golden)
    func isWrittenAsTheVersionSays(_ version: String, _ text: String) throws {
        #expect(try result().json(version: #require(SpecVersion(rawValue: version))).description == text)
    }

    /// Versions that differ from their neighbour only in the number.
    @Test(arguments: [("0.1.0", "0.2.0"), ("0.3.0", "0.3.1"), ("0.4.0", "0.3.1")])
    func neighboursDifferInTheNumberOnly(_ version: String, _ like: String) throws {
        var written = try result().json(version: #require(SpecVersion(rawValue: version)))
        written["cniVersion"] = .string(like)
        #expect(try written == result().json(version: #require(SpecVersion(rawValue: like))))
    }

    @Test(arguments: golden)
    func readingAndWritingAgainChangesNothing(_ version: String, _ text: String) throws {
        let version = try #require(SpecVersion(rawValue: version))
        let read = try AttachmentResult(KeyReader(#require(JSONValue(parsing: text).objectValue)), version: version)
        #expect(read.json(version: version).description == text)
    }

    @Test func unknownMembersSurvive() throws {
        let text = #"""
            {"cniVersion":"1.1.0","interfaces":[{"name":"a","pciID":"0000:00:1f.6","socketPath":"/x"}],
            "ips":[{"address":"10.1.0.5/16","vendor":1}],"routes":[{"dst":"10.0.0.0/8","advmss":1400,"x":null}],
            "dns":{"nameservers":[],"more":true},"vendor":{"a":[1,2.5,null]}}
            """#
        let value = try JSONValue(parsing: text)
        let read = try AttachmentResult(KeyReader(#require(value.objectValue)), version: .v1_1_0)
        #expect(read.json(version: .v1_1_0) == value)
    }

    @Test(arguments: [
        (#"{"ips":[{}]}"#, 7, "invalid prevResult.ips[0].address"),
        (#"{"ips":[{"address":"10.1.0.5/16","interface":2}]}"#, 7, "invalid prevResult.ips[0].interface"),
        (#"{"ips":[{"address":"10.1.0.5/16","interface":-1}]}"#, 7, "invalid prevResult.ips[0].interface"),
        (#"{"ips":{}}"#, 6, "prevResult.ips must be an array, not object"),
        (#"{"interfaces":[{"mac":"x"}]}"#, 7, "invalid prevResult.interfaces[0].mac"),
        (#"{"interfaces":[1]}"#, 6, "prevResult.interfaces[0] must be an object, not number"),
        (#"{"routes":[{"dst":"x"}]}"#, 7, "invalid prevResult.routes[0].dst"),
        (#"[]"#, 6, "prevResult must be an object, not array"),
    ])
    func malformedResultsNameTheKey(_ text: String, _ code: Int, _ message: String) throws {
        let document = #"{"cniVersion":"1.0.0","name":"a","prevResult":\#(text)}"#
        let network = try NetworkConfiguration(parsing: Array(document.utf8))
        let error = #expect(throws: CNIError.self) { try network.previousResult() }
        #expect(error?.code.rawValue == code)
        #expect(error?.message == message)
    }

    @Test func errorsAreTheSpecificationsDocument() {
        let error = CNIError(.invalidConfiguration, "invalid mtu", details: "-1")
        #expect(
            error.json(version: .v0_4_0).description
                == #"{"cniVersion":"0.4.0","code":7,"msg":"invalid mtu","details":"-1"}"#
        )
    }
}
