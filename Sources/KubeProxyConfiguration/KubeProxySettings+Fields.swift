// What is marked as ignored has no effect in weftd; docs/kube-proxy.md says why.

extension KubeProxySettings: ConfigurationSection {
    static var fields: [ConfigurationField<Self>] {
        [
            .flags("featureGates", \.featureGates).ignored,
            .section("clientConnection", \.clientConnection),
            .section("logging", \.logging),
            .text("hostnameOverride", \.hostnameOverride),
            .text("bindAddress", \.bindAddress),
            .text("healthzBindAddress", \.healthzBindAddress),
            .text("metricsBindAddress", \.metricsBindAddress),
            .flag("bindAddressHardFail", \.bindAddressHardFail),
            .flag("enableProfiling", \.enableProfiling).ignored,
            .text("showHiddenMetricsForVersion", \.showHiddenMetricsForVersion).ignored,
            .text("mode", \.mode),
            .section("iptables", \.iptables),
            .section("ipvs", \.ipvs),
            .section("nftables", \.nftables),
            .section("winkernel", \.winkernel),
            .text("detectLocalMode", \.detectLocalMode),
            .section("detectLocal", \.detectLocal),
            .text("clusterCIDR", \.clusterCIDR),
            .list("nodePortAddresses", \.nodePortAddresses),
            .optionalInteger("oomScoreAdj", \.oomScoreAdj),
            .section("conntrack", \.conntrack),
            .duration("configSyncPeriod", \.configSyncPeriod).ignored,
            .text("portRange", \.portRange).ignored,
            .flag("windowsRunAsService", \.windowsRunAsService).ignored,
        ]
    }
}

extension KubeProxySettings.ClientConnection: ConfigurationSection {
    static var fields: [ConfigurationField<Self>] {
        [
            .text("kubeconfig", \.kubeconfig),
            .text("acceptContentTypes", \.acceptContentTypes).ignored,
            .text("contentType", \.contentType).ignored,
            .number("qps", \.qps).ignored,
            .integer("burst", \.burst).ignored,
        ]
    }
}

extension KubeProxySettings.LoggingSettings: ConfigurationSection {
    static var fields: [ConfigurationField<Self>] {
        [
            .text("format", \.format).ignored,
            .durationOrNumber("flushFrequency", \.flushFrequency).ignored,
            .optionalInteger("verbosity", \.verbosity),
            .list("vmodule", \.vmodule).ignored,
            .section("options", \.options),
        ]
    }
}

extension KubeProxySettings.FormatOptions: ConfigurationSection {
    static var fields: [ConfigurationField<Self>] {
        [
            .section("text", \.text),
            .section("json", \.json),
            .quantity("infoBufferSize", \.infoBufferSize).ignored,
        ]
    }
}

extension KubeProxySettings.FormatOption: ConfigurationSection {
    static var fields: [ConfigurationField<Self>] {
        [
            .flag("splitStream", \.splitStream).ignored,
            .quantity("infoBufferSize", \.infoBufferSize).ignored,
        ]
    }
}

extension KubeProxySettings.IPTablesSettings: ConfigurationSection {
    static var fields: [ConfigurationField<Self>] {
        [
            .optionalInteger("masqueradeBit", \.masqueradeBit),
            .flag("masqueradeAll", \.masqueradeAll),
            .optionalFlag("localhostNodePorts", \.localhostNodePorts),
            .duration("syncPeriod", \.syncPeriod),
            .duration("minSyncPeriod", \.minSyncPeriod),
        ]
    }
}

extension KubeProxySettings.NFTablesSettings: ConfigurationSection {
    static var fields: [ConfigurationField<Self>] {
        [
            .optionalInteger("masqueradeBit", \.masqueradeBit),
            .flag("masqueradeAll", \.masqueradeAll),
            .duration("syncPeriod", \.syncPeriod),
            .duration("minSyncPeriod", \.minSyncPeriod),
        ]
    }
}

extension KubeProxySettings.IPVSSettings: ConfigurationSection {
    static var fields: [ConfigurationField<Self>] {
        [
            .duration("syncPeriod", \.syncPeriod),
            .duration("minSyncPeriod", \.minSyncPeriod),
            .text("scheduler", \.scheduler),
            .list("excludeCIDRs", \.excludeCIDRs),
            .flag("strictARP", \.strictARP),
            .duration("tcpTimeout", \.tcpTimeout),
            .duration("tcpFinTimeout", \.tcpFinTimeout),
            .duration("udpTimeout", \.udpTimeout),
        ]
    }
}

extension KubeProxySettings.WindowsSettings: ConfigurationSection {
    static var fields: [ConfigurationField<Self>] {
        [
            .text("networkName", \.networkName).ignored,
            .text("sourceVip", \.sourceVip).ignored,
            .flag("enableDSR", \.enableDSR).ignored,
            .text("rootHnsEndpointName", \.rootHnsEndpointName).ignored,
            .flag("forwardHealthCheckVip", \.forwardHealthCheckVip).ignored,
        ]
    }
}

extension KubeProxySettings.DetectLocalSettings: ConfigurationSection {
    static var fields: [ConfigurationField<Self>] {
        [
            .text("bridgeInterface", \.bridgeInterface),
            .text("interfaceNamePrefix", \.interfaceNamePrefix),
        ]
    }
}

extension KubeProxySettings.ConntrackSettings: ConfigurationSection {
    static var fields: [ConfigurationField<Self>] {
        [
            .optionalInteger("maxPerCore", \.maxPerCore),
            .optionalInteger("min", \.min),
            .optionalDuration("tcpEstablishedTimeout", \.tcpEstablishedTimeout),
            .optionalDuration("tcpCloseWaitTimeout", \.tcpCloseWaitTimeout),
            .flag("tcpBeLiberal", \.tcpBeLiberal),
            .duration("udpTimeout", \.udpTimeout),
            .duration("udpStreamTimeout", \.udpStreamTimeout),
        ]
    }
}
