import JSONTree
import Netlink
import NetworkTypes
import Testing

@testable import PodNetwork

/// What reading a configuration ends with.
enum Reading {
    static func bridge(_ text: String, arguments: String = "") throws(CNIError) -> AttachmentConfiguration {
        let network = try NetworkConfiguration(parsing: Array(text.utf8))
        let type = PluginType.of(program: "weft-cni", configured: network.type) ?? .weft
        return try AttachmentConfiguration(network, type, arguments: CNIArguments(arguments))
    }

    /// A valid configuration with more members.
    static func with(_ members: String, ipam: String = #""subnet":"10.1.2.0/24""#) -> String {
        let rest = members.isEmpty ? "" : ",\(members)"
        return #"{"cniVersion":"1.0.0","name":"net","type":"weft-cni","ipam":{"type":"host-local",\#(ipam)}\#(rest)}"#
    }

    static func failure(_ text: String, arguments: String = "") -> CNIError? {
        do {
            _ = try bridge(text, arguments: arguments)
            return nil
        } catch {
            return error
        }
    }
}

struct NetworkConfigurationTests {
    @Test(arguments: [
        ("", 6, "no network configuration on standard input"), (" \n", 6, "no network configuration on standard input"),
        ("{", 6, "the network configuration is not JSON"),
        ("[]", 6, "the network configuration must be a JSON object, not array"),
        (#"{"name":3}"#, 6, "name must be a string, not number"),
        (#"{"cniVersion":1,"name":"a"}"#, 6, "cniVersion must be a string, not number"),
        (#"{"cniVersion":"1.0.0"}"#, 7, "missing network name"),
        (#"{"name":""}"#, 7, "missing network name"),
        (#"{"name":"../a"}"#, 7, "invalid characters in network name \"../a\""),
        (#"{"name":"a","cniVersion":"2.0.0"}"#, 1, "incompatible CNI versions"),
    ])
    func refusesMalformedDocuments(_ text: String, _ code: Int, _ message: String) {
        let error = Reading.failure(text)
        #expect(error?.code.rawValue == code)
        #expect(error?.message == message)
    }

    @Test func versionDefaultsToTheOldest() throws {
        #expect(try NetworkConfiguration(parsing: Array(#"{"name":"a"}"#.utf8)).version == .v0_1_0)
    }

    @Test func namesTheSupportedVersions() {
        let error = Reading.failure(#"{"name":"a","cniVersion":"0.5.0"}"#)
        #expect(
            error?.details
                == "config is \"0.5.0\", plugin supports [0.1.0 0.2.0 0.3.0 0.3.1 0.4.0 1.0.0 1.1.0]"
        )
    }

    @Test(arguments: [(CNICommand.check, "0.3.1"), (.collectGarbage, "1.0.0"), (.status, "1.0.0")])
    func refusesCommandsThatTheVersionLacks(_ command: CNICommand, _ version: String) throws {
        let network = try NetworkConfiguration(parsing: Array(#"{"name":"a","cniVersion":"\#(version)"}"#.utf8))
        let error = #expect(throws: CNIError.self) { try network.require(command) }
        #expect(error?.code == .incompatibleVersion)
        #expect(error?.message == "config version does not allow \(command.rawValue)")
    }

    @Test func readsValidAttachments() throws {
        let text =
            #"{"name":"a","cniVersion":"1.1.0","cni.dev/valid-attachments":[{"containerID":"c","ifname":"eth0"}]}"#
        let network = try NetworkConfiguration(parsing: Array(text.utf8))
        #expect(try network.validAttachments() == [AttachmentID(network: "a", containerID: "c", interface: "eth0")])
    }

    @Test(arguments: [
        ("{}", "missing cni.dev/valid-attachments"),
        (#"{"cni.dev/valid-attachments":[{"ifname":"x"}]}"#, "invalid cni.dev/valid-attachments[0]"),
    ])
    func refusesGarbageCollectionWithoutAList(_ members: String, _ message: String) throws {
        var document = try #require(try JSONValue(parsing: members).objectValue)
        document["name"] = "a"
        let network = try NetworkConfiguration(parsing: JSONValue.object(document).bytes())
        #expect(#expect(throws: CNIError.self) { try network.validAttachments() }?.message == message)
    }
}

struct BridgeConfigurationTests {
    @Test func defaultsAreTheReferences() throws {
        let configuration = try Reading.bridge(Reading.with(""))
        let bridge = try #require(configuration.bridge)
        #expect(bridge.name == "cni0")
        #expect(!bridge.isGateway && !bridge.isDefaultGateway && !configuration.masquerades)
        #expect(!bridge.hairpin && !bridge.promiscuous && !bridge.forceAddress)
        #expect(!bridge.isolatesPort && !bridge.checksSender && !bridge.looksForDuplicates)
        #expect(bridge.vlans.isEmpty && bridge.vlans.keepsDefault && !bridge.leavesContainerDown)
        #expect(configuration.mtu == nil && configuration.mac == nil)
        #expect(configuration.ipam?.hostLocal?.dataDirectory == "/var/lib/cni/networks")
    }

    @Test func defaultGatewayImpliesGateway() throws {
        #expect(
            try Reading.bridge(Reading.with(#""isDefaultGateway":true,"isGateway":false"#)).bridge?.isGateway == true
        )
    }

    @Test func networkWithoutAddressesIsAllowed() throws {
        let text = #"{"cniVersion":"1.0.0","name":"l2","type":"bridge","ipam":{}}"#
        #expect(try Reading.bridge(text).ipam == nil)
    }

    @Test(arguments: [
        (#""portmap":{"conditionsV4":["-s","10.0.0.0/8"]}"#, #"portmap.conditionsV4: ["-s","10.0.0.0/8"]"#),
        (#""interfaceType":"tun""#, #"interfaceType: "tun""#),
        (#""interfaceType":"ipvlan","mac":"02:00:00:00:00:01""#, "mac: 02:00:00:00:00:01"),
    ])
    func namesKeyAndValueOfWhatItCannotDo(_ members: String, _ subject: String) {
        let error = Reading.failure(Reading.with(members))
        #expect(error?.code == .unsupportedField)
        #expect(error?.message == "unsupported value of \(subject)")
        #expect(error?.details.isEmpty == false)
    }

    /// Kubernetes' annotations have rates only; whom they are for is the administrator's to say.
    @Test(arguments: [
        (#""runtimeConfig":{"bandwidth":{"ingressRate":8,"ingressBurst":8}}"#, "10.0.0.0/8"),
        (
            #""runtimeConfig":{"bandwidth":{"ingressRate":8,"ingressBurst":8,"unshapedSubnets":["fd00::/8"]}}"#,
            "fd00::/8"
        ),
    ])
    func subnetsAreTheRuntimesOrElseTheConfigurations(_ runtime: String, _ subnet: String) throws {
        let text = Reading.with(runtime + #","bandwidth":{"unshapedSubnets":["10.1.2.3/8"]}"#)
        let bandwidth = try #require(try Reading.bridge(text).bandwidth)
        #expect(bandwidth.peers == .allBut([try #require(IPPrefix(subnet))]))
        #expect(bandwidth.ingress?.rate == 8)
    }

    @Test(arguments: [
        #""vlan":0"#, #""vlanTrunk":[]"#, #""macspoofchk":false"#, #""preserveDefaultVlan":true"#, #""bridge":null"#,
        #""ipMasqBackend":"nftables""#, #""ipMasqBackend":"iptables""#,
        #""runtimeConfig":{"portMappings":[],"aliases":["a"]}"#,
        #""capabilities":{"portMappings":true}"#, #""somethingNew":{"a":1}"#,
    ])
    func ignoresWhatChangesNothing(_ members: String) throws {
        _ = try Reading.bridge(Reading.with(members))
    }

    @Test(arguments: [
        (#""mtu":"1500""#, 6, "mtu must be a whole number, not string"),
        (#""mtu":1.5"#, 6, "mtu must be a whole number, not number"),
        (#""hairpinMode":"yes""#, 6, "hairpinMode must be true or false, not string"),
        (#""mtu":67"#, 7, "invalid mtu"), (#""mtu":-1"#, 7, "invalid mtu"), (#""bridge":"a/b""#, 7, "invalid bridge"),
        (#""hairpinMode":true,"promiscMode":true"#, 7, "invalid promiscMode"),
        (#""ipMasqBackend":"pf""#, 7, "invalid ipMasqBackend"), (#""vlan":4095"#, 7, "invalid vlan"),
        (#""vlanTrunk":[{"id":0}]"#, 7, "invalid vlanTrunk[0].id"),
        (#""vlanTrunk":[{"id":1},{"minID":5}]"#, 7, "invalid vlanTrunk[1].maxID"),
        (#""vlanTrunk":[{"maxID":5}]"#, 7, "invalid vlanTrunk[0].minID"),
        (#""vlanTrunk":[{"minID":6,"maxID":5}]"#, 7, "invalid vlanTrunk[0].minID"),
        (#""runtimeConfig":{"bandwidth":{"ingressRate":1}}"#, 7, "invalid runtimeConfig.bandwidth.ingressBurst"),
        (#""bandwidth":{"egressBurst":1}"#, 7, "invalid bandwidth.egressRate"),
        (#""bandwidth":{"shapedSubnets":["10.0.0.0"]}"#, 7, "invalid bandwidth.shapedSubnets[0]"),
        (
            #""bandwidth":{"shapedSubnets":["10.0.0.0/8"],"unshapedSubnets":["::/0"]}"#, 7,
            "invalid bandwidth.unshapedSubnets"
        ),
        (#""interfaceType":"macvlan","bcqueuelen":-1"#, 7, "invalid bcqueuelen"),
        (#""tuning":{"sysctl":{"kernel.hostname":"x"}}"#, 7, "invalid tuning.sysctl.kernel.hostname"),
        (#""tuning":{"sysctl":{"net.ipv4/../../x":"x"}}"#, 7, "invalid tuning.sysctl.net.ipv4/../../x"),
        (
            #""tuning":{"sysctl":{"net.ipv4.ip_forward":1}}"#, 6,
            "tuning.sysctl.net.ipv4.ip_forward must be a string, not number"
        ),
        (
            #""runtimeConfig":{"portMappings":[{"hostPort":80}]}"#, 7,
            "invalid runtimeConfig.portMappings[0].containerPort"
        ),
        (
            #""runtimeConfig":{"portMappings":[{"hostPort":80,"containerPort":1,"protocol":"x"}]}"#, 7,
            "invalid runtimeConfig.portMappings[0].protocol"
        ),
        (
            #""runtimeConfig":{"portMappings":[{"hostPort":8,"containerPort":1},{"hostPort":8,"containerPort":2,"hostIP":"::"}]}"#,
            7,
            "invalid runtimeConfig.portMappings[1].hostPort"
        ),
        (#""disableContainerInterface":true"#, 7, "invalid disableContainerInterface"),
        (#""ipam":{"type":"../dhcp"}"#, 7, "invalid ipam.type"),
        (
            #""ipam":{"type":"weft","subnetFile":"/nowhere/subnet.env"}"#, 11,
            "the node has no subnet yet: there is no /nowhere/subnet.env"
        ),
        (#""interfaceType":"macvlan","mode":"x""#, 7, "invalid mode"),
        (#""interfaceType":"ipvlan","master":"a/b""#, 7, "invalid master"),
        (#""interfaceType":"ptp","ipam":{}"#, 7, "invalid ipam"),
        (#""runtimeConfig":{"mac":"zz"}"#, 7, "invalid runtimeConfig.mac"),
        (#""runtimeConfig":{"mac":"01:00:5e:00:00:01"}"#, 7, "invalid runtimeConfig.mac"),
        (#""args":{"cni":{"mac":"00:00:00:00:00:00"}}"#, 7, "invalid args.cni.mac"),
        (#""args":{"cni":{"ips":["x"]}}"#, 7, "invalid args.cni.ips"),
        (#""args":{"cni":{"ips":[1]}}"#, 6, "args.cni.ips[0] must be a string, not number"),
        (#""args":[]"#, 6, "args must be an object, not array"),
        (#""dns":"8.8.8.8""#, 6, "dns must be an object, not string"),
    ])
    func namesTheMalformedKey(_ members: String, _ code: Int, _ message: String) {
        let error = Reading.failure(Reading.with(members))
        #expect(error?.code.rawValue == code)
        #expect(error?.message == message)
    }

    @Test func vlansAreReadOnceEach() throws {
        let members = #""vlan":100,"vlanTrunk":[{"id":7},{"minID":5,"maxID":8},{"id":7}],"preserveDefaultVlan":false"#
        let vlans = try #require(try Reading.bridge(Reading.with(members)).bridge).vlans
        #expect(vlans.untagged == 100 && vlans.tagged == [5, 6, 7, 8] && !vlans.keepsDefault)
        #expect(
            vlans.requests(port: 9).map { "\($0.operation) \($0.object)" } == [
                "delete VLAN 1 of bridge port 9", "add VLAN 100 of bridge port 9", "add VLAN 5 of bridge port 9",
                "add VLAN 6 of bridge port 9", "add VLAN 7 of bridge port 9", "add VLAN 8 of bridge port 9",
            ]
        )
    }

    @Test func linkAddressOfTheRuntimeWins() throws {
        let all = #""runtimeConfig":{"mac":"02:00:00:00:00:03"},"args":{"cni":{"mac":"02:00:00:00:00:02"}}"#
        let old = #""args":{"cni":{"mac":"02:00:00:00:00:02"}}"#
        let arguments = "MAC=02:00:00:00:00:01"
        #expect(try Reading.bridge(Reading.with(all), arguments: arguments).mac == MACAddress("02:00:00:00:00:03"))
        #expect(try Reading.bridge(Reading.with(old), arguments: arguments).mac == MACAddress("02:00:00:00:00:02"))
        #expect(try Reading.bridge(Reading.with(""), arguments: arguments).mac == MACAddress("02:00:00:00:00:01"))
    }

    @Test func nameServersOfTheRuntimeReplaceTheConfigurations() throws {
        let members = """
            "dns":{"nameservers":["10.0.0.1"],"domain":"a.example"},
            "runtimeConfig":{"dns":{"servers":["10.0.0.2"],"searches":["b.example"]}}
            """
        #expect(
            try Reading.bridge(Reading.with(members)).dns
                == ["nameservers": ["10.0.0.2"], "domain": "a.example", "search": ["b.example"]]
        )
    }

    @Test func keysAreFoundWhateverTheirCase() throws {
        #expect(try Reading.bridge(Reading.with(#""isdefaultgateway":true"#)).bridge?.isDefaultGateway == true)
    }
}
