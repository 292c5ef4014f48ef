import JSONTree
import NetworkTypes
import Testing

@testable import PodNetwork

/// What reading a configuration ends with.
enum Reading {
    static func bridge(_ text: String, arguments: String = "") throws(CNIError) -> BridgeConfiguration {
        try BridgeConfiguration(NetworkConfiguration(parsing: Array(text.utf8)), arguments: CNIArguments(arguments))
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
        #expect(configuration.bridge == "cni0")
        #expect(!configuration.isGateway && !configuration.isDefaultGateway && !configuration.masquerades)
        #expect(!configuration.hairpin && !configuration.promiscuous && !configuration.forceAddress)
        #expect(configuration.mtu == nil && configuration.mac == nil)
        #expect(configuration.ipam?.dataDirectory == "/var/lib/cni/networks")
    }

    @Test func defaultGatewayImpliesGateway() throws {
        #expect(try Reading.bridge(Reading.with(#""isDefaultGateway":true,"isGateway":false"#)).isGateway)
    }

    @Test func networkWithoutAddressesIsAllowed() throws {
        let text = #"{"cniVersion":"1.0.0","name":"l2","type":"bridge","ipam":{}}"#
        #expect(try Reading.bridge(text).ipam == nil)
    }

    @Test(arguments: [
        (#""vlan":100"#, "vlan: 100"), (#""vlanTrunk":[{"id":1}]"#, #"vlanTrunk: [{"id":1}]"#),
        (#""macspoofchk":true"#, "macspoofchk: true"), (#""portIsolation":true"#, "portIsolation: true"),
        (#""enabledad":true"#, "enabledad: true"),
        (#""disableContainerInterface":true"#, "disableContainerInterface: true"),
        (#""ipMasqBackend":"iptables""#, #"ipMasqBackend: "iptables""#),
        (#""type":"ptp""#, #"type: "ptp""#),
        (
            #""runtimeConfig":{"portMappings":[{"hostPort":80}]}"#,
            #"runtimeConfig.portMappings: [{"hostPort":80}]"#
        ),
        (#""runtimeConfig":{"bandwidth":{"ingressRate":1}}"#, #"runtimeConfig.bandwidth: {"ingressRate":1}"#),
        (#""ipam":{"type":"dhcp"}"#, #"ipam.type: "dhcp""#),
        (
            #""ipam":{"type":"host-local","subnet":"10.1.0.0/16","routes":[{"dst":"0.0.0.0/0","advmss":1400}]}"#,
            "ipam.routes[0].advmss: 1400"
        ),
    ])
    func namesKeyAndValueOfWhatItCannotDo(_ members: String, _ subject: String) {
        let error = Reading.failure(Reading.with(members))
        #expect(error?.code == .unsupportedField)
        #expect(error?.message == "unsupported value of \(subject)")
        #expect(error?.details.isEmpty == false)
    }

    @Test(arguments: [
        #""vlan":0"#, #""vlanTrunk":[]"#, #""macspoofchk":false"#, #""preserveDefaultVlan":true"#, #""bridge":null"#,
        #""ipMasqBackend":"nftables""#, #""runtimeConfig":{"portMappings":[],"aliases":["a"]}"#,
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
        #expect(try Reading.bridge(Reading.with(#""isdefaultgateway":true"#)).isDefaultGateway)
    }
}
