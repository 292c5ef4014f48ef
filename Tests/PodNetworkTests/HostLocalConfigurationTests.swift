import NetworkTypes
import Testing

@testable import PodNetwork

struct HostLocalConfigurationTests {
    private func ipam(_ members: String, rest: String = "", arguments: String = "") throws -> HostLocalConfiguration {
        try #require(try Reading.bridge(Reading.with(rest, ipam: members), arguments: arguments).ipam?.hostLocal)
    }

    @Test(arguments: [
        (#""subnet":"10.1.2.0/24""#, "10.1.2.1-10.1.2.254", "10.1.2.1"),
        (#""subnet":"10.1.2.0/30""#, "10.1.2.1-10.1.2.2", "10.1.2.1"),
        (#""subnet":"fd00:1::/64""#, "fd00:1::1-fd00:1::ffff:ffff:ffff:ffff", "fd00:1::1"),
        (
            #""subnet":"10.1.2.0/24","rangeStart":"10.1.2.10","rangeEnd":"10.1.2.20"#
                + #"","gateway":"10.1.2.254""#, "10.1.2.10-10.1.2.20", "10.1.2.254"
        ),
        (#""subnet":"10.1.2.0/24","gateway":"10.9.9.9""#, "10.1.2.1-10.1.2.254", "10.9.9.9"),
    ])
    func fillsInTheReferencesDefaults(_ members: String, _ range: String, _ gateway: String) throws {
        let pools = try ipam(members).pools
        #expect(pools.map(\.description) == [range])
        #expect(pools.first?.ranges.first?.gateway.description == gateway)
    }

    @Test func runtimesRangesComeFirstThenTheInlineOne() throws {
        let configuration = try ipam(
            #""subnet":"10.2.0.0/24","ranges":[[{"subnet":"10.3.0.0/24"},{"subnet":"10.4.0.0/24"}],[{"subnet":"fd00::/64"}]]"#,
            rest: #""runtimeConfig":{"ipRanges":[[{"subnet":"10.1.0.0/24"}]]}"#
        )
        #expect(
            configuration.pools.map(\.description) == [
                "10.1.0.1-10.1.0.254", "10.2.0.1-10.2.0.254", "10.3.0.1-10.3.0.254,10.4.0.1-10.4.0.254",
                "fd00::1-fd00::ffff:ffff:ffff:ffff",
            ]
        )
    }

    @Test(arguments: [
        (
            "\"ranges\":[]", 7,
            "invalid ipam.ranges: no IP ranges specified; an example: [[{\"subnet\": \"10.1.0.0/16\"}]]"
        ),
        (#""ranges":{}"#, 6, "ipam.ranges must be an array, not object: it is {}"),
        (
            #""ranges":[{"subnet":"10.1.0.0/24"}]"#, 6,
            #"ipam.ranges[0] must be an array, not object: it is {"subnet":"10.1.0.0/24"}"#
        ),
        (#""ranges":[[3]]"#, 6, "ipam.ranges[0][0] must be an object, not number: it is 3"),
        (#""ranges":[[]]"#, 7, "invalid ipam.ranges[0]: a range set must not be empty"),
        (#""ranges":[[{}]]"#, 7, "invalid ipam.ranges[0][0].subnet: a range needs a subnet, such as 10.1.0.0/16"),
        (
            #""ranges":[[{"subnet":"10.1.0.0"}]]"#, 7,
            #"invalid ipam.ranges[0][0].subnet: "10.1.0.0" is not an address with prefix length, such as 10.1.0.0/16"#
        ),
        (
            #""subnet":"10.1.0.1/24""#, 7,
            "invalid ipam.subnet: 10.1.0.1/24 has host bits set; the network is 10.1.0.0/24"
        ),
        (#""subnet":"10.1.0.0/31""#, 7, "invalid ipam.subnet: 10.1.0.0/31 is too small to allocate from"),
        (#""subnet":"fd00::/127""#, 7, "invalid ipam.subnet: fd00::/127 is too small to allocate from"),
        (
            #""subnet":"10.1.0.0/24","rangeStart":"10.2.0.1""#, 7,
            "invalid ipam.rangeStart: 10.2.0.1 is not in 10.1.0.0/24"
        ),
        (#""subnet":"10.1.0.0/24","rangeEnd":"fd00::1""#, 7, "invalid ipam.rangeEnd: fd00::1 is not in 10.1.0.0/24"),
        (
            #""subnet":"10.1.0.0/24","rangeStart":"10.1.0.9","rangeEnd":"10.1.0.8""#, 7,
            "invalid ipam.rangeEnd: 10.1.0.8 is before rangeStart 10.1.0.9"
        ),
        (
            #""subnet":"10.1.0.0/24","gateway":"fd00::1""#, 7,
            "invalid ipam.gateway: fd00::1 is not of the same family as 10.1.0.0/24"
        ),
        (
            #""ranges":[[{"subnet":"10.1.0.0/24"}],[{"subnet":"10.1.0.0/25"}]]"#, 7,
            "invalid ipam.ranges: the range sets 10.1.0.1-10.1.0.254 and 10.1.0.1-10.1.0.126 overlap"
        ),
        (
            #""ranges":[[{"subnet":"10.1.0.0/24"},{"subnet":"fd00::/64"}]]"#, 7,
            "invalid ipam.ranges[0]: 10.1.0.0/24 and fd00::/64 are of different families"
        ),
        (
            #""subnet":"10.1.0.0/24","routes":[{}]"#, 7,
            "invalid ipam.routes[0].dst: a route needs a destination, such as 0.0.0.0/0"
        ),
        (
            #""subnet":"10.1.0.0/24","routes":[{"dst":"::/0","gw":"10.1.0.1"}]"#, 7,
            "invalid ipam.routes[0].gw: 10.1.0.1 is not of the same family as ::/0"
        ),
        (
            #""subnet":"10.1.0.0/24","routes":[{"dst":"::/0","scope":256}]"#, 7,
            "invalid ipam.routes[0].scope: 256 is not within 0 to 255"
        ),
    ])
    func namesTheMalformedKey(_ members: String, _ code: Int, _ text: String) {
        let error = Reading.failure(Reading.with("", ipam: members))
        #expect(error?.description == "\(text) (code \(code))")
    }

    @Test func oldVersionsHaveRoomForOneAddressOfAFamily() {
        let text = #"""
            {"cniVersion":"0.2.0","name":"a","type":"bridge","ipam":{"type":"host-local",
            "ranges":[[{"subnet":"10.1.0.0/24"}],[{"subnet":"10.2.0.0/24"}]]}}
            """#
        #expect(Reading.failure(text)?.details.hasPrefix("CNI version 0.2.0 has room for one IPv4 address") == true)
    }

    @Test func requestedAddressesComeFromThreePlacesEachOnce() throws {
        let configuration = try ipam(
            #""subnet":"10.1.0.0/24""#,
            rest: #""args":{"cni":{"ips":["10.1.0.3/24"]}},"runtimeConfig":{"ips":["10.1.0.4","10.1.0.2"]}"#,
            arguments: "IP=10.1.0.2"
        )
        #expect(configuration.requested.map(\.description) == ["10.1.0.2", "10.1.0.3", "10.1.0.4"])
    }

    @Test func malformedRequestInArgumentsIsTheEnvironmentsFault() {
        #expect(Reading.failure(Reading.with(""), arguments: "IP=x")?.code == .invalidEnvironment)
    }

    @Test func dataDirectoryIsReadFromConfigurationsThatAreOtherwiseBroken() throws {
        let text = #"{"name":"a","type":"bridge","vlan":9,"ipam":{"type":"host-local","dataDir":"/x","ranges":"bad"}}"#
        let network = try NetworkConfiguration(parsing: Array(text.utf8))
        #expect(try HostLocalConfiguration.dataDirectory(of: network) == "/x")
    }
}
