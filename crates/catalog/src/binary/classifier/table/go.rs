//! Products written in Go. Their modules are packages of their own; the version is that of the main
//! module, or what the linker was told.

use super::{Classifier, product};

/// A product by its main module: the version of the module, of a variable that the linker set, or the
/// only text of that form that stands between zeros, as the linker leaves such variables.
macro_rules! go {
    ($name:literal, $programs:expr, $module:literal, $cpes:expr) => {
        go!($name, $programs, $module, $cpes, [])
    };
    ($name:literal, $programs:expr, $module:literal, $cpes:expr, [$($variable:literal),*]) => {
        product($name)
            .programs($programs)
            .versions(&[
                concat!("\nmod\t", $module, "\tv{version}\t"),
                $(concat!($variable, "=v{version}"), concat!($variable, "={version}"),)*
                "\0v{version}\0",
            ])
            .beside(&[concat!("\nmod\t", $module, "\t"), concat!("path\t", $module), concat!($module, "/")])
            .cpes($cpes)
    };
}

pub(super) const ROWS: &[Classifier] = &[
    go!("traefik", &["traefik"], "github.com/traefik/traefik/v3", &["traefik:traefik"], ["pkg/version.Version"]),
    go!("traefik", &["traefik"], "github.com/traefik/traefik/v2", &["traefik:traefik"], ["pkg/version.Version"]),
    go!("consul", &["consul"], "github.com/hashicorp/consul", &["hashicorp:consul"], ["version.Version"]),
    go!(
        "consul-template",
        &["consul-template"],
        "github.com/hashicorp/consul-template",
        &["hashicorp:consul-template"],
        ["version.Version"]
    ),
    go!("vault", &["vault"], "github.com/hashicorp/vault", &["hashicorp:vault"], ["version.Version"]),
    go!("openbao", &["bao"], "github.com/openbao/openbao", &["openbao:openbao"], ["version.fullVersion"]),
    go!("nomad", &["nomad"], "github.com/hashicorp/nomad", &["hashicorp:nomad"], ["version.Version"]),
    go!("boundary", &["boundary"], "github.com/hashicorp/boundary", &["hashicorp:boundary"], ["version.Version"]),
    go!("packer", &["packer"], "github.com/hashicorp/packer", &["hashicorp:packer"], ["version.Version"]),
    go!("terraform", &["terraform"], "github.com/hashicorp/terraform", &["hashicorp:terraform"], ["version.Version"]),
    go!("opentofu", &["tofu"], "github.com/opentofu/opentofu", &["opentofu:opentofu"], ["version.Version"]),
    go!("etcd", &["etcd", "etcdctl"], "go.etcd.io/etcd/server/v3", &["etcd:etcd"]),
    go!("etcd", &["etcd", "etcdctl"], "go.etcd.io/etcd", &["etcd:etcd"]),
    go!(
        "kubernetes",
        &[
            "kubelet",
            "kubectl",
            "kubeadm",
            "kube-apiserver",
            "kube-controller-manager",
            "kube-scheduler",
            "kube-proxy",
            "hyperkube"
        ],
        "k8s.io/kubernetes",
        &["kubernetes:kubernetes"],
        ["k8s.io/component-base/version.gitVersion", "k8s.io/client-go/pkg/version.gitVersion"]
    )
    .tried("Debian's kubernetes-client"),
    go!("k3s", &["k3s"], "github.com/k3s-io/k3s", &["k3s:k3s"], ["pkg/version.Version"]),
    go!("coredns", &["coredns"], "github.com/coredns/coredns", &["coredns.io:coredns"], ["coremain.Version"]),
    go!(
        "ingress-nginx",
        &["nginx-ingress-controller"],
        "k8s.io/ingress-nginx",
        &["kubernetes:ingress-nginx"],
        ["version.RELEASE"]
    ),
    go!("helm", &["helm"], "helm.sh/helm/v3", &["helm:helm"], ["internal/version.version"]),
    go!("helm", &["helm"], "helm.sh/helm/v4", &["helm:helm"], ["internal/version.version"]),
    go!(
        "kustomize",
        &["kustomize"],
        "sigs.k8s.io/kustomize/kustomize/v5",
        &["kubernetes:kustomize"],
        ["provenance.version"]
    ),
    go!(
        "istio",
        &["pilot-discovery", "pilot-agent", "istioctl"],
        "istio.io/istio",
        &["istio:istio"],
        ["istio.io/istio/pkg/version.buildVersion"]
    ),
    go!(
        "linkerd",
        &["linkerd", "controller"],
        "github.com/linkerd/linkerd2",
        &["linkerd:linkerd"],
        ["pkg/version.Version"]
    ),
    go!(
        "cilium",
        &["cilium-agent", "cilium-operator"],
        "github.com/cilium/cilium",
        &["cilium:cilium"],
        ["pkg/version.ciliumVersion"]
    ),
    go!(
        "calico",
        &["calico-node", "calico"],
        "github.com/projectcalico/calico",
        &["tigera:calico", "projectcalico:calico"],
        ["buildinfo.Version"]
    ),
    go!(
        "argo-cd",
        &["argocd", "argocd-server"],
        "github.com/argoproj/argo-cd/v2",
        &["argoproj:argo_cd"],
        ["common.version"]
    ),
    go!(
        "argo-cd",
        &["argocd", "argocd-server"],
        "github.com/argoproj/argo-cd/v3",
        &["argoproj:argo_cd"],
        ["common.version"]
    ),
    go!(
        "argo-workflows",
        &["argo", "argoexec", "workflow-controller"],
        "github.com/argoproj/argo-workflows/v3",
        &["argoproj:argo_workflows"],
        ["v3.version"]
    ),
    go!("flux", &["flux"], "github.com/fluxcd/flux2/v2", &["fluxcd:flux2"], ["main.VERSION"]),
    go!(
        "prometheus",
        &["prometheus", "promtool"],
        "github.com/prometheus/prometheus",
        &["prometheus:prometheus"],
        ["github.com/prometheus/common/version.Version"]
    ),
    go!(
        "alertmanager",
        &["alertmanager", "amtool"],
        "github.com/prometheus/alertmanager",
        &["prometheus:alertmanager"],
        ["github.com/prometheus/common/version.Version"]
    ),
    go!(
        "node_exporter",
        &["node_exporter", "prometheus-node-exporter"],
        "github.com/prometheus/node_exporter",
        &["prometheus:node_exporter"],
        ["github.com/prometheus/common/version.Version"]
    ),
    go!(
        "blackbox_exporter",
        &["blackbox_exporter", "prometheus-blackbox-exporter"],
        "github.com/prometheus/blackbox_exporter",
        &["prometheus:blackbox_exporter"],
        ["github.com/prometheus/common/version.Version"]
    ),
    go!(
        "pushgateway",
        &["pushgateway", "prometheus-pushgateway"],
        "github.com/prometheus/pushgateway",
        &["prometheus:pushgateway"],
        ["github.com/prometheus/common/version.Version"]
    ),
    go!(
        "grafana",
        &["grafana", "grafana-server"],
        "github.com/grafana/grafana",
        &["grafana:grafana"],
        ["main.version"]
    ),
    go!("loki", &["loki", "promtail"], "github.com/grafana/loki/v3", &["grafana:loki"], ["pkg/util/build.Version"]),
    go!("tempo", &["tempo"], "github.com/grafana/tempo", &["grafana:tempo"], ["main.Version"]),
    go!("mimir", &["mimir"], "github.com/grafana/mimir", &["grafana:mimir"], ["pkg/util/version.Version"]),
    go!(
        "thanos",
        &["thanos"],
        "github.com/thanos-io/thanos",
        &["thanos:thanos"],
        ["github.com/prometheus/common/version.Version"]
    ),
    go!(
        "jaeger",
        &["jaeger", "jaeger-all-in-one"],
        "github.com/jaegertracing/jaeger",
        &["jaegertracing:jaeger"],
        ["pkg/version.latestVersion"]
    ),
    go!(
        "opentelemetry-collector",
        &["otelcol", "otelcol-contrib"],
        "go.opentelemetry.io/collector/cmd/builder",
        &["opentelemetry:opentelemetry_collector"]
    ),
    go!("telegraf", &["telegraf"], "github.com/influxdata/telegraf", &["influxdata:telegraf"], ["internal.Version"]),
    go!("influxdb", &["influxd"], "github.com/influxdata/influxdb/v2", &["influxdata:influxdb"], ["main.version"]),
    go!("influxdb", &["influxd"], "github.com/influxdata/influxdb", &["influxdata:influxdb"], ["main.version"]),
    go!(
        "victoriametrics",
        &["victoria-metrics", "victoria-metrics-prod", "vmagent"],
        "github.com/VictoriaMetrics/VictoriaMetrics",
        &["victoriametrics:victoriametrics"]
    ),
    go!(
        "cockroachdb",
        &["cockroach"],
        "github.com/cockroachdb/cockroach",
        &["cockroachlabs:cockroachdb"],
        ["pkg/build.tag"]
    ),
    go!(
        "nats-server",
        &["nats-server"],
        "github.com/nats-io/nats-server/v2",
        &["nats:nats_server", "linuxfoundation:nats-server"],
        ["server.serverVersion"]
    )
    .tried("Go's build of it"),
    go!("minio", &["minio"], "github.com/minio/minio", &["minio:minio"]),
    go!("seaweedfs", &["weed"], "github.com/seaweedfs/seaweedfs", &["seaweedfs:seaweedfs"]),
    go!("gitea", &["gitea"], "code.gitea.io/gitea", &["gitea:gitea"], ["main.Version"]),
    go!("forgejo", &["forgejo", "gitea"], "forgejo.org", &["forgejo:forgejo"], ["main.ReleaseVersion"]),
    go!(
        "gitlab-runner",
        &["gitlab-runner"],
        "gitlab.com/gitlab-org/gitlab-runner",
        &["gitlab:runner"],
        ["common.VERSION"]
    ),
    go!("drone", &["drone-server"], "github.com/drone/drone", &["drone:drone"]),
    go!("caddy", &["caddy"], "github.com/caddyserver/caddy/v2", &["caddyserver:caddy"], ["caddy.CustomVersion"])
        .tried("Go's build of it"),
    go!("dex", &["dex"], "github.com/dexidp/dex", &["linuxfoundation:dex"], ["main.version"]),
    go!(
        "oauth2-proxy",
        &["oauth2-proxy"],
        "github.com/oauth2-proxy/oauth2-proxy/v7",
        &["oauth2_proxy_project:oauth2_proxy"],
        ["pkg/version.VERSION", "main.VERSION"]
    ),
    go!(
        "harbor",
        &["harbor_core", "harbor_jobservice"],
        "github.com/goharbor/harbor/src",
        &["linuxfoundation:harbor", "goharbor:harbor"],
        ["pkg/version.ReleaseVersion"]
    ),
    go!(
        "registry",
        &["registry", "docker-registry"],
        "github.com/docker/distribution",
        &["docker:registry"],
        ["version.Version"]
    ),
    go!(
        "registry",
        &["registry"],
        "github.com/distribution/distribution/v3",
        &["docker:registry"],
        ["version.version"]
    ),
    go!(
        "docker",
        &["dockerd", "docker"],
        "github.com/docker/docker",
        &["docker:docker", "mobyproject:moby"],
        ["dockerversion.Version", "cli/version.Version"]
    ),
    go!(
        "containerd",
        &["containerd", "ctr"],
        "github.com/containerd/containerd",
        &["linuxfoundation:containerd"],
        ["version.Version"]
    ),
    go!(
        "containerd",
        &["containerd", "ctr"],
        "github.com/containerd/containerd/v2",
        &["linuxfoundation:containerd"],
        ["version.Version"]
    ),
    go!("runc", &["runc"], "github.com/opencontainers/runc", &["linuxfoundation:runc"], ["main.version"]),
    go!("podman", &["podman"], "github.com/containers/podman/v5", &["podman_project:podman"]),
    go!("buildah", &["buildah"], "github.com/containers/buildah", &["buildah_project:buildah"]),
    go!("skopeo", &["skopeo"], "github.com/containers/skopeo", &["skopeo_project:skopeo"]),
    go!("cri-o", &["crio"], "github.com/cri-o/cri-o", &["kubernetes:cri-o"]),
    go!("hugo", &["hugo"], "github.com/gohugoio/hugo", &["gohugo:hugo"]),
    go!("rclone", &["rclone"], "github.com/rclone/rclone", &["rclone:rclone"], ["fs.Version"]),
    go!("restic", &["restic"], "github.com/restic/restic", &["restic:restic"], ["main.version"])
        .tried("Go's build of it"),
    go!("syncthing", &["syncthing"], "github.com/syncthing/syncthing", &["syncthing:syncthing"], ["lib/build.Version"]),
    go!("gh", &["gh"], "github.com/cli/cli/v2", &["github:cli"], ["build.Version"]),
    go!("yq", &["yq"], "github.com/mikefarah/yq/v4", &["mikefarah:yq"]).tried("Go's build of it"),
    go!("cosign", &["cosign"], "github.com/sigstore/cosign/v2", &["sigstore:cosign"], ["version.gitVersion"]),
    go!("trivy", &["trivy"], "github.com/aquasecurity/trivy", &["aquasec:trivy"], ["pkg/version/app.ver"]),
    go!("filebeat", &["filebeat"], "github.com/elastic/beats/v7", &["elastic:filebeat"]),
    go!("metricbeat", &["metricbeat"], "github.com/elastic/beats/v7", &["elastic:metricbeat"]),
    go!(
        "mattermost",
        &["mattermost"],
        "github.com/mattermost/mattermost/server/v8",
        &["mattermost:mattermost_server"],
        ["model.BuildNumber"]
    ),
    go!("sftpgo", &["sftpgo"], "github.com/drakkan/sftpgo/v2", &["sftpgo_project:sftpgo"]),
    go!("tailscale", &["tailscale", "tailscaled"], "tailscale.com", &["tailscale:tailscale"], ["version.shortStamp"]),
];
