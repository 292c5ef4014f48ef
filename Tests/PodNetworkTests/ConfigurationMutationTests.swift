import Testing

@testable import PodNetwork

/// Whatever stands on standard input: a configuration, or an error with a code and a sentence; never a trap.
struct ConfigurationMutationTests {
    private static let sample = Array(
        #"""
        {"cniVersion":"1.1.0","name":"n","type":"bridge","mtu":1400,"vlan":0,"vlanTrunk":[],"hairpinMode":true,
        "ipam":{"type":"host-local","subnet":"10.1.0.0/30","ranges":[[{"subnet":"fd00::/126","rangeEnd":"fd00::3"}]],
        "routes":[{"dst":"0.0.0.0/0","gw":"10.1.0.1","mtu":9,"table":4294967295,"scope":255}]},"dns":{"search":["a"]},
        "runtimeConfig":{"ips":["10.1.0.2/30"],"mac":"02:00:00:00:00:01","ipRanges":[],"dns":{"servers":["x"]}},
        "args":{"cni":{"ips":[]}},"cni.dev/valid-attachments":[{"containerID":"c","ifname":"e"}],
        "prevResult":{"interfaces":[{"name":"e","mtu":1}],"ips":[{"address":"10.1.0.2/30","interface":0}]}}
        """#.utf8
    )

    /// Reads all that the commands read.
    private func read(_ bytes: [UInt8]) -> CNIError? {
        do throws(CNIError) {
            let network = try NetworkConfiguration(parsing: bytes)
            _ = try network.previousResult()?.json(version: network.version)
            _ = try network.validAttachments()
            _ = try HostLocalConfiguration.dataDirectory(of: network)
            let type = PluginType.of(program: "weft-cni", configured: network.type) ?? .weft
            let arguments = try CNIArguments("IP=10.1.0.2")
            let configuration = try AttachmentConfiguration(network, type, arguments: arguments)
            for pool in configuration.ipam?.hostLocal?.pools ?? [] {
                var candidates = pool.candidates(after: nil)
                _ = candidates.next()
                _ = pool.capacity
            }
            return nil
        } catch {
            return error
        }
    }

    @Test func theSampleIsValid() {
        #expect(read(Self.sample) == nil)
    }

    @Test func everyPrefixIsAnError() {
        for length in 0..<Self.sample.count - 1 {
            let error = read(Array(Self.sample.prefix(length)))
            #expect(error?.code == .decoding)
        }
    }

    @Test func everyChangedByteIsReadOrRefused() {
        for index in Self.sample.indices {
            for byte: UInt8 in [0, 0x20, 0x22, 0x2d, 0x30, 0x39, 0x5b, 0x7b, 0x7d, 0xff, Self.sample[index] ^ 1] {
                var bytes = Self.sample
                bytes[index] = byte
                if let error = read(bytes) { #expect(!error.message.isEmpty) }
            }
        }
    }
}
