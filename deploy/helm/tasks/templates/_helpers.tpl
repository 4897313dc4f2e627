{{- define "tasks.name" -}}
{{- if contains "tasks" .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-tasks" .Release.Name | trunc 40 | trimSuffix "-" }}{{ end -}}
{{- end }}

{{- define "tasks.selector" -}}
app.kubernetes.io/name: tasks
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "tasks.labels" -}}
{{ include "tasks.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{- define "tasks.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}{{ .Values.serviceAccount.name | default (include "tasks.name" .) }}{{ else }}{{ .Values.serviceAccount.name | default "default" }}{{ end -}}
{{- end }}

{{- define "tasks.kafkaSecret" -}}
{{- if .Values.kafka.existingSecret }}{{ .Values.kafka.existingSecret }}{{ else if .Values.kafka.sasl.enabled }}{{ include "tasks.name" . }}-kafka{{ end -}}
{{- end }}

{{- define "tasks.tokenSecret" -}}
{{- if .Values.api.existingTokenSecret }}{{ .Values.api.existingTokenSecret }}{{ else if .Values.api.token }}{{ include "tasks.name" . }}-api{{ end -}}
{{- end }}

{{- define "tasks.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* A change of what pods read at their start restarts them. */}}
{{- define "tasks.podAnnotations" -}}
checksum/config: {{ printf "%s%s%s" (toJson .Values.kafka) (toJson .Values.api) (toJson .Values.config) | sha256sum }}
{{- with .Values.podAnnotations }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "tasks.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "tasks.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{- define "tasks.env" -}}
- { name: TASKS_BOOTSTRAP, value: {{ .Values.kafka.bootstrap | quote }} }
- { name: TASKS_PREFIX, value: {{ .Values.prefix | quote }} }
- { name: TASKS_API, value: {{ printf "http://%s-orchestrator:8080" (include "tasks.name" .) | quote }} }
{{- with .Values.schemaRegistry }}
- { name: TASKS_REGISTRY, value: {{ . | quote }} }
{{- end }}
{{- with include "tasks.tokenSecret" . }}
- name: TASKS_TOKEN
  valueFrom: { secretKeyRef: { name: {{ . }}, key: token } }
{{- end }}
{{- end }}

{{/* Options that say how Kafka is reached. */}}
{{- define "tasks.kafkaArgs" -}}
{{- if include "tasks.kafkaSecret" . }}
- --kafka-config=/etc/tasks/kafka/client.properties
{{- end }}
{{- end }}

{{- define "tasks.mounts" -}}
- { name: tmp, mountPath: /tmp }
- { name: config, mountPath: /etc/tasks/config, readOnly: true }
{{- if include "tasks.kafkaSecret" . }}
- { name: kafka, mountPath: /etc/tasks/kafka, readOnly: true }
{{- end }}
{{- end }}

{{- define "tasks.volumes" -}}
- { name: tmp, emptyDir: { sizeLimit: 1Gi } }
- { name: config, configMap: { name: {{ include "tasks.name" . }} } }
{{- with include "tasks.kafkaSecret" . }}
- { name: kafka, secret: { secretName: {{ . }}, defaultMode: 288 } }
{{- end }}
{{- end }}

{{/* One instance on a node, where there are enough. */}}
{{- define "tasks.spread" -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "tasks.selector" . | nindent 8 }}
{{- end }}

{{- define "tasks.placement" -}}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
